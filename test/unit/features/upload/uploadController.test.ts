import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Uri } from 'vscode';
import { CodedError } from '../../../../src/core/errors/catalogue';
import type { PackageObject } from '../../../../src/core/deploy';
import { fileUri } from '../../../../src/core/util/filePaths';
import { silentLog } from '../../../../src/core/util/log';
import type { TransferServices } from '../../../../src/common/transferServices';
import type { UploadItem, UploadOutcome } from '../../../../src/common/upload/types';
import type { UploadService } from '../../../../src/common/upload/uploadService';
import { Lazy } from '../../../../src/common/vscode/lazy';
import { errorMessageOf, Reporter } from '../../../../src/common/vscode/reporter';
import type { Resumable } from '../../../../src/features/upload/planUpload';
import { UploadController } from '../../../../src/features/upload/uploadController';
import { credential } from '../../support/credential';
import { fakeWindow, press } from '../../support/fakeWindow';

const { keyPrefix } = credential();

describe('UploadController', () => {
  let folder: string;
  /** Names below the package prefix, of each batch. */
  let sent: string[][];
  let deployed: string[];
  /** What happens instead of a deployment: an error, or the person leaves. */
  let instead: Error | 'leaves' | undefined;
  /** Names of the files whose upload fails, each once. */
  let failing: string[];
  let isVerified: boolean;
  let fetchFailure: Error | undefined;
  let isSignedIn: boolean;
  let controller: UploadController;

  beforeEach(async () => {
    fakeWindow.reset();
    [sent, deployed, failing, isVerified, fetchFailure, isSignedIn] = [
      [],
      [],
      [],
      true,
      undefined,
      true,
    ];
    instead = undefined;
    folder = await mkdtemp(path.join(os.tmpdir(), 'edas-upload-'));
    const outcomeOf = (item: UploadItem): UploadOutcome => {
      if (failing.includes(item.name)) {
        failing = failing.filter((name) => name !== item.name);
        return { kind: 'failed', item, error: new CodedError('source.notReadable') };
      }
      const { key, size = 0 } = item;
      const facts = { bucket: 'b', key, size, sentBytes: size, etag: 'E', crc64: 1n };
      const result = { ...facts, verified: isVerified, requestId: 'R' };
      return { kind: 'uploaded', item, result };
    };
    const uploads = {
      track: (signal: AbortSignal, work: (signal: AbortSignal) => unknown) => work(signal),
      credential: () =>
        fetchFailure === undefined ? Promise.resolve(credential()) : Promise.reject(fetchFailure),
      upload: (items: readonly UploadItem[]) => {
        sent.push(items.map(({ key }) => key.slice(keyPrefix.length + 1)));
        return Promise.resolve(items.map(outcomeOf));
      },
    };
    const transferServices = {
      oss: { objectUrl: (_target: unknown, key: string) => `https://b.example.com/${key}` },
      dispose: () => undefined,
    };
    controller = new UploadController({
      uploads: uploads as unknown as UploadService,
      transferServices: new Lazy(() =>
        Promise.resolve(transferServices as unknown as TransferServices),
      ),
      reporter: new Reporter(silentLog),
      settings: { warn: () => undefined },
      ensureSignedIn: () => Promise.resolve(isSignedIn),
      deploy: ({ key }: PackageObject) => {
        if (instead instanceof Error) {
          return Promise.reject(instead);
        }
        if (instead === undefined) {
          deployed.push(path.basename(key));
        }
        return Promise.resolve(instead === undefined);
      },
    });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function files(...names: readonly string[]): Promise<readonly Uri[]> {
    const paths = names.map((name) => path.join(folder, name));
    for (const file of paths) {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, 'jar');
    }
    return paths.map((file) => Uri.file(file));
  }

  /** Waits until the pressed button has taken effect. */
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 50; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  const messages = (): readonly string[] => fakeWindow.messages.map(({ text }) => text);

  it('sends nothing when the person does not sign in', async () => {
    isSignedIn = false;
    await controller.start(await files('a.jar'));
    assert.deepEqual(sent, []);
  });

  it('sends nothing without a selection', async () => {
    await controller.start([]);
    assert.deepEqual([sent, fakeWindow.progressTexts], [[], []]);
  });

  it('uploads files to the target folder, and shows one message', async () => {
    await controller.start(await files('a.jar', 'b.jar'), 'apps/');
    await settle();
    assert.deepEqual(sent, [['apps/a.jar', 'apps/b.jar']]);
    assert.deepEqual(messages(), ['Uploaded 2 files (6 B), all verified by CRC-64.']);
  });

  for (const [button, keys, status] of [
    ['Add Numbers', [['app.jar', 'app (1).jar', 'x.jar']], []],
    [undefined, [], ['Upload cancelled.']],
  ] as const) {
    it(`prompts before two files get the same key, and then ${button === undefined ? 'cancels' : 'numbers them'}`, async () => {
      fakeWindow.script(...(button === undefined ? [] : [press(button)]));
      await controller.start(await files('web/app.jar', 'api/app.jar', 'x.jar'));
      await settle();
      const [prompt] = fakeWindow.messages;
      assert.match(prompt?.text ?? '', /the same object key/);
      assert.equal(prompt?.detail?.split('\n')[0], `${keyPrefix}/app.jar`);
      assert.equal(prompt.modal, true);
      assert.deepEqual([sent, fakeWindow.statusTexts], [keys, status]);
    });
  }

  it('repeats only failed files with Try Again', async () => {
    failing = ['b.jar'];
    fakeWindow.script(press('Try Again'));
    await controller.start(await files('a.jar', 'b.jar'));
    await settle();
    assert.deepEqual(sent, [['a.jar', 'b.jar'], ['b.jar']]);
    assert.equal(messages()[1], 'Uploaded b.jar (3 B), verified by CRC-64.');
  });

  it('repeats only the failed one of two resumed transfers of a file with Try Again', async () => {
    const [file] = await files('a.jar');
    const resumed = (id: string): Resumable => ({
      id,
      key: `${keyPrefix}/${id}.jar`,
      name: 'a.jar',
      sourceUri: fileUri(file!.fsPath),
    });
    failing = ['a.jar'];
    fakeWindow.script(press('Try Again'));
    await controller.resume([resumed('one'), resumed('two')]);
    await settle();
    assert.deepEqual(sent, [['one.jar', 'two.jar'], ['one.jar']]);
  });

  it('repeats a ZIP that failed with Try Again', async () => {
    const [file] = await files('web/index.html');
    failing = ['web.zip'];
    fakeWindow.script(press('Try Again'));
    await controller.startZip([Uri.file(path.dirname(file!.fsPath))]);
    await settle();
    assert.deepEqual(sent, [['web.zip'], ['web.zip']]);
  });

  it('says that nothing was uploaded when the credential cannot be fetched, and offers Try Again', async () => {
    fetchFailure = new CodedError('network.refused', { host: 'edas' });
    await controller.start(await files('a.jar'));
    await settle();
    assert.match(
      messages()[0] ?? '',
      /^Nothing was uploaded: The connection was refused by edas\./,
    );
    assert.deepEqual(fakeWindow.messages[0]?.buttons, ['Try Again', 'Show Log']);
  });

  for (const [verified, expected] of [
    [true, ['a.jar']],
    [false, []],
  ] as const) {
    it(
      verified ? 'deploys a verified package' : 'does not deploy a package that is not verified',
      async () => {
        isVerified = verified;
        const [file] = await files('a.jar');
        await controller.startAndDeploy(file!);
        await settle();
        assert.deepEqual(deployed, expected);
        assert.equal(messages().length, verified ? 0 : 1);
      },
    );
  }

  const uploaded = 'Uploaded a.jar (3 B), verified by CRC-64.';
  const failed = new CodedError('network.refused', { host: 'edas' });
  for (const [situation, what, expected] of [
    ['the person leaves the choice of the application', 'leaves', [uploaded]],
    ['the deployment is cancelled', new DOMException('cancelled', 'AbortError'), [uploaded]],
    ['the deployment fails', failed, [errorMessageOf(failed), uploaded]],
  ] as const) {
    it(`shows that the package was uploaded when ${situation}`, async () => {
      instead = what;
      const [file] = await files('a.jar');
      await controller.startAndDeploy(file!);
      await settle();
      assert.deepEqual(messages(), expected);
      assert.ok(fakeWindow.messages.at(-1)?.buttons.includes('Deploy…'));
      assert.deepEqual(fakeWindow.statusTexts, []);
    });
  }
});
