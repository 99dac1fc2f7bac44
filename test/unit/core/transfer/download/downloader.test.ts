import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  Downloader,
  type DownloaderOptions,
  type DownloadProgress,
  type DownloadResult,
} from '../../../../../src/core/transfer/download/downloader';
import { markAsDownloaded } from '../../../../../src/core/transfer/download/partialDownload';
import { CodedError, isAbort, type ErrorCode } from '../../../../../src/core/errors/catalogue';
import { silentLog } from '../../../../../src/core/util/log';
import { Hasty, ScriptedOss, session, type Turn } from './scripted';
import { failure } from '../../../support/coded';
import { credential } from '../../../support/credential';
import { systemFault, withFileSystem } from '../../../support/fileSystem';

const key = 'release-pkg/1/shop.jar';
const megabyte = 1024 * 1024;

describe('A download', () => {
  const bytes = randomBytes(3 * megabyte + 77);
  let folder: string;
  let file: string;
  let timing: Hasty;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'edas-download-'));
    file = path.join(folder, 'shop.jar');
    timing = new Hasty();
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
    await rm(`${folder}-records`, { recursive: true, force: true });
  });

  interface Wishes extends Partial<DownloaderOptions> {
    readonly overwrite?: boolean;
    readonly signal?: AbortSignal;
    readonly onProgress?: (progress: DownloadProgress) => void;
    readonly file?: string;
  }

  function download(oss: ScriptedOss, wishes: Wishes = {}): Promise<DownloadResult> {
    const { overwrite = false, signal = new AbortController().signal, onProgress } = wishes;
    const network = (): 'public' => 'public';
    const recordFolder = `${folder}-records`;
    const deps = { session, oss, network, log: silentLog, timing, recordFolder, ...wishes };
    return new Downloader(deps).download(
      { key, location: credential(), file: wishes.file ?? file, overwrite },
      { signal, ...(onProgress && { onProgress }) },
    );
  }

  const turns = (...script: Turn[]): ScriptedOss => new ScriptedOss(bytes, script);

  async function assertNothingLeft(...expected: string[]): Promise<void> {
    assert.deepEqual(await readdir(folder), expected);
    assert.deepEqual(await readdir(`${folder}-records`), []);
  }

  it('becomes the file, verified, with nothing beside it', async () => {
    const result = await download(turns({}));
    assert.deepEqual(await readFile(file), bytes);
    assert.deepEqual(result, {
      ...{ file, size: bytes.length, etag: 'E1', verified: true, requestId: 'R1' },
    });
    await assertNothingLeft('shop.jar');
  });

  it('may be empty', async () => {
    const result = await download(new ScriptedOss(Buffer.alloc(0), [{}]));
    assert.equal(result.verified, true);
    assert.equal((await readFile(file)).length, 0);
  });

  it('says when OSS counted no CRC-64', async () => {
    assert.equal((await download(turns({ counts: false }))).verified, false);
  });

  it('goes on where the connection broke, and asks for the same object', async () => {
    const oss = turns(
      { breaksAfter: 2 * megabyte },
      { breaksAfter: 100_000 },
      { fails: new CodedError('oss.throttled', { retryAfterMs: 3_000 }) },
      { endsAfter: 10 },
      {},
    );
    await download(oss);
    assert.deepEqual(await readFile(file), bytes);
    const from = [2 * megabyte, 2 * megabyte + 100_000, 2 * megabyte + 100_000];
    assert.deepEqual(oss.requests, [
      { key },
      ...from.map((each) => ({ key, from: each, etag: 'E1' })),
      { key, from: 2 * megabyte + 100_010, etag: 'E1' },
    ]);
    // At once after much had come, else later and later, and never before the server says.
    assert.deepEqual(timing.waits, [100, 3_000, 400]);
  });

  it('gives up on a connection that breaks again and again', async () => {
    const oss = turns({ breaksAfter: 10 });
    await failure(() => download(oss), 'network.reset');
    assert.equal(oss.requests.length, 8);
    await assertNothingLeft();
  });

  const changes: readonly [string, Turn][] = [
    ['OSS says so', { fails: new CodedError('oss.preconditionFailed') }],
    [
      'it is shorter now',
      { fails: new CodedError('oss.rejected', { serverCode: 'InvalidRange' }) },
    ],
    ['only its ETag says so', { etag: 'E2' }],
    ['only its size says so', { bytes: Buffer.concat([bytes, bytes]) }],
  ];
  for (const [what, turn] of changes) {
    it(`never mixes two objects: ${what}`, async () => {
      const oss = turns({ breaksAfter: 2 * megabyte }, turn);
      await failure(() => download(oss), 'object.changed');
      assert.equal(oss.requests.length, 2);
      await assertNothingLeft();
    });
  }

  it('is not kept when its CRC-64 is not that of the object', async () => {
    await failure(() => download(turns({ crc64: 1n })), 'object.damaged');
    await assertNothingLeft();
  });

  const refusals: readonly ErrorCode[] = ['oss.accessDenied', 'oss.noSuchKey', 'edas.wrongSecret'];
  for (const code of refusals) {
    it(`ends at ${code}`, async () => {
      const oss = turns({ fails: new CodedError(code) });
      await failure(() => download(oss), code);
      assert.equal(oss.requests.length, 1);
      await assertNothingLeft();
    });
  }

  it('waits while there is no way to the server, and says that it is paused', async () => {
    const stages: string[] = [];
    const offline = { fails: new CodedError('network.unreachable') };
    await download(turns({ breaksAfter: 2 * megabyte }, offline, offline, {}), {
      onProgress: ({ stage }) => stages.push(stage),
    });
    assert.ok(stages.includes('paused'));
    assert.equal(stages.at(-1), 'receiving');
    assert.deepEqual(await readFile(file), bytes);
  });

  it('refuses to go on from another bucket', async () => {
    const credentials = [credential(), credential({ bucket: 'edas-bj' })];
    const oss = turns({ breaksAfter: 2 * megabyte }, {});
    await failure(
      () => download(oss, { session: { use: (action) => action(credentials.shift()!) } }),
      'transfer.locationChanged',
    );
    await assertNothingLeft();
  });

  it('asks no other bucket than the one that the object was seen in', async () => {
    const elsewhere = credential({ bucket: 'edas-bj' });
    const oss = turns({});
    await failure(
      () => download(oss, { session: { use: (action) => action(elsewhere) } }),
      'transfer.locationChanged',
    );
    assert.equal(oss.requests.length, 0);
    await assertNothingLeft();
  });

  it('tells how far it is: never backwards, and all of it at the end', async () => {
    const told: DownloadProgress[] = [];
    await download(turns({ breaksAfter: 2 * megabyte }, {}), {
      onProgress: (progress) => told.push(progress),
    });
    const received = told.map(({ receivedBytes }) => receivedBytes);
    assert.deepEqual(
      received,
      received.toSorted((a, b) => a - b),
    );
    assert.equal(received.at(-1), bytes.length);
    assert.ok(told.every(({ totalBytes }) => totalBytes === bytes.length));
  });

  it('cancelled, leaves nothing', async () => {
    const cancel = new AbortController();
    const oss = turns({ onBegin: () => queueMicrotask(() => cancel.abort()) });
    await assert.rejects(download(oss, { signal: cancel.signal }), isAbort);
    await assertNothingLeft();
  });

  it('stopped as at the end of the window, has removed what there was when that is said', async () => {
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const oss = turns({ onBegin: () => begin() });
    const network = (): 'public' => 'public';
    const recordFolder = `${folder}-records`;
    const downloader = new Downloader({ session, oss, network, log: silentLog, recordFolder });
    const request = { key, location: credential(), file, overwrite: false };
    const options = { signal: new AbortController().signal };
    const outcome = assert.rejects(downloader.download(request, options), isAbort);
    await begun;
    await downloader.stop();
    await assertNothingLeft();
    await outcome;
    await assert.rejects(downloader.download(request, options), isAbort);
    await assertNothingLeft();
  });

  describe('the file that it becomes', () => {
    it('is not overwritten unasked, and nothing is requested', async () => {
      await writeFile(file, 'mine');
      const oss = turns({});
      await failure(() => download(oss), 'disk.fileExists', { subject: file });
      assert.equal(oss.requests.length, 0);
      assert.equal(await readFile(file, 'utf8'), 'mine');
      await assertNothingLeft('shop.jar');
    });

    it('is not overwritten when it came in the meantime', async () => {
      const onBegin = (): void => writeFileSync(file, 'mine');
      await failure(() => download(turns({ onBegin })), 'disk.fileExists', { subject: file });
      assert.equal(await readFile(file, 'utf8'), 'mine');
      await assertNothingLeft('shop.jar');
    });

    it('is overwritten when that is wanted, and stays whole if the download fails', async () => {
      await writeFile(file, 'mine');
      await assert.rejects(download(turns({ crc64: 1n }), { overwrite: true }));
      assert.equal(await readFile(file, 'utf8'), 'mine');
      await download(turns({}), { overwrite: true });
      assert.deepEqual(await readFile(file), bytes);
      await assertNothingLeft('shop.jar');
    });

    it('cannot be a folder, nor lie in one that is not there', async () => {
      await failure(() => download(turns({}), { file: folder }), 'disk.notWritable', {
        subject: folder,
      });
      const lost = path.join(folder, 'missing', 'shop.jar');
      await failure(() => download(turns({}), { file: lost }), 'disk.notWritable', {
        subject: lost,
      });
    });

    it('gets its name on a disk of Windows that has no hard links', async () => {
      await withFileSystem(
        'link',
        () => systemFault('EISDIR'),
        () => download(turns({})),
      );
      assert.deepEqual(await readFile(file), bytes);
      await assertNothingLeft('shop.jar');
    });

    it('waits for a scanner that holds it for a moment', async () => {
      await writeFile(file, 'mine');
      for (const [call, code] of [
        ['rename', 'EPERM'],
        ['link', 'EBUSY'],
      ] as const) {
        let tries = 0;
        const overwrite = call === 'rename';
        await rm(file, { force: !overwrite });
        await withFileSystem(
          call,
          () => (tries++ === 0 ? systemFault(code) : Promise.resolve(undefined)),
          () => download(turns({}), { overwrite }),
        );
        assert.equal(tries, 2);
        assert.deepEqual(await readFile(file), bytes);
        await assertNothingLeft('shop.jar');
      }
    });

    it('may have the longest name that the disk takes', async () => {
      for (const name of [242, 250, 255].map((bytes) => `${'x'.repeat(bytes - 4)}.jar`)) {
        await download(turns({}), { file: path.join(folder, name) });
        assert.deepEqual(await readFile(path.join(folder, name)), bytes);
      }
    });

    if (process.platform !== 'win32') {
      it('is readable by its owner only until it has its name, then as files usually are', async () => {
        const modes: number[] = [];
        const onBegin = (): void => {
          const [name = ''] = readdirSync(folder);
          modes.push(statSync(path.join(folder, name)).mode & 0o777);
        };
        await download(turns({ onBegin }));
        await writeFile(path.join(folder, 'usual'), '');
        const usual = statSync(path.join(folder, 'usual')).mode & 0o777;
        assert.deepEqual([...modes, statSync(file).mode & 0o777], [0o600, usual]);
      });

      it('keeps the mode of the file that it replaces', async () => {
        await writeFile(file, 'mine', { mode: 0o640 });
        await download(turns({}), { overwrite: true });
        assert.equal(statSync(file).mode & 0o777, 0o640);
      });
    }

    it('is marked as coming from the internet on Windows, and nowhere else', async () => {
      await writeFile(file, bytes);
      await markAsDownloaded(file, 'linux');
      await markAsDownloaded(file, 'darwin');
      assert.deepEqual(await readdir(folder), ['shop.jar']);
      await markAsDownloaded(file, 'win32');
      const mark = await readFile(`${file}:Zone.Identifier`, 'utf8');
      assert.equal(mark, '[ZoneTransfer]\r\nZoneId=3\r\n');
      await markAsDownloaded(path.join(folder, 'no', 'such', 'folder'), 'win32');
    });

    it('does not fit on the disk: said before the first byte', async () => {
      const freeSpace = (): Promise<number> => Promise.resolve(bytes.length - 1);
      await failure(() => download(turns({}), { freeSpace }), 'disk.full', { subject: file });
      await download(turns({}), { freeSpace: () => Promise.resolve(undefined) });
    });
  });
});
