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
import { InstantTiming, ScriptedOss, session, type ScriptedResponse } from './scriptedOss';
import { failure } from '../../../support/coded';
import { credential } from '../../../support/credential';
import { systemFault, withFileSystem } from '../../../support/fileSystem';

const key = 'release-pkg/1/shop.jar';
const megabyte = 1024 * 1024;

describe('Downloader', () => {
  const bytes = randomBytes(3 * megabyte + 77);
  let folder: string;
  let file: string;
  let timing: InstantTiming;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'edas-download-'));
    file = path.join(folder, 'shop.jar');
    timing = new InstantTiming();
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
    await rm(`${folder}-records`, { recursive: true, force: true });
  });

  interface DownloadArguments extends Partial<DownloaderOptions> {
    readonly overwrite?: boolean;
    readonly signal?: AbortSignal;
    readonly onProgress?: (progress: DownloadProgress) => void;
    readonly file?: string;
  }

  function download(oss: ScriptedOss, args: DownloadArguments = {}): Promise<DownloadResult> {
    const { overwrite = false, signal = new AbortController().signal, onProgress } = args;
    const network = (): 'public' => 'public';
    const recordFolder = `${folder}-records`;
    const deps = { session, oss, network, log: silentLog, timing, recordFolder, ...args };
    return new Downloader(deps).download(
      { key, location: credential(), file: args.file ?? file, overwrite },
      { signal, ...(onProgress && { onProgress }) },
    );
  }

  const ossRespondingWith = (...script: ScriptedResponse[]): ScriptedOss =>
    new ScriptedOss(bytes, script);

  async function assertNothingLeft(...expected: string[]): Promise<void> {
    assert.deepEqual(await readdir(folder), expected);
    assert.deepEqual(await readdir(`${folder}-records`), []);
  }

  it('writes and verifies the file, and leaves no temporary file', async () => {
    const result = await download(ossRespondingWith({}));
    assert.deepEqual(await readFile(file), bytes);
    assert.deepEqual(result, {
      file,
      size: bytes.length,
      etag: 'E1',
      verified: true,
      requestId: 'R1',
    });
    await assertNothingLeft('shop.jar');
  });

  it('downloads an empty object', async () => {
    const result = await download(new ScriptedOss(Buffer.alloc(0), [{}]));
    assert.equal(result.verified, true);
    assert.equal((await readFile(file)).length, 0);
  });

  it('reports the download as unverified when OSS returns no CRC-64', async () => {
    assert.equal((await download(ossRespondingWith({ hasCrc64: false }))).verified, false);
  });

  it('resumes where the connection broke, and requests the same ETag', async () => {
    const oss = ossRespondingWith(
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
    // The delay starts again after much was received, otherwise it grows, and it respects Retry-After.
    assert.deepEqual(timing.waits, [100, 3_000, 400]);
  });

  it('fails after eight attempts when the connection breaks again and again', async () => {
    const oss = ossRespondingWith({ breaksAfter: 10 });
    await failure(() => download(oss), 'network.reset');
    assert.equal(oss.requests.length, 8);
    await assertNothingLeft();
  });

  const changes: readonly [string, ScriptedResponse][] = [
    ['OSS rejects the precondition', { fails: new CodedError('oss.preconditionFailed') }],
    [
      'the range is beyond the end',
      { fails: new CodedError('oss.rejected', { serverCode: 'InvalidRange' }) },
    ],
    ['the response has another ETag', { etag: 'E2' }],
    ['the response has another size', { bytes: Buffer.concat([bytes, bytes]) }],
  ];
  for (const [reason, response] of changes) {
    it(`fails when the object has changed on resume: ${reason}`, async () => {
      const oss = ossRespondingWith({ breaksAfter: 2 * megabyte }, response);
      await failure(() => download(oss), 'object.changed');
      assert.equal(oss.requests.length, 2);
      await assertNothingLeft();
    });
  }

  it('deletes the file when its CRC-64 does not match', async () => {
    await failure(() => download(ossRespondingWith({ crc64: 1n })), 'object.damaged');
    await assertNothingLeft();
  });

  const refusals: readonly ErrorCode[] = ['oss.accessDenied', 'oss.noSuchKey', 'edas.wrongSecret'];
  for (const code of refusals) {
    it(`fails without a retry after ${code}`, async () => {
      const oss = ossRespondingWith({ fails: new CodedError(code) });
      await failure(() => download(oss), code);
      assert.equal(oss.requests.length, 1);
      await assertNothingLeft();
    });
  }

  it('waits while the server is unreachable, and reports the pause', async () => {
    const stages: string[] = [];
    const offline = { fails: new CodedError('network.unreachable') };
    await download(ossRespondingWith({ breaksAfter: 2 * megabyte }, offline, offline, {}), {
      onProgress: ({ stage }) => stages.push(stage),
    });
    assert.ok(stages.includes('paused'));
    assert.equal(stages.at(-1), 'receiving');
    assert.deepEqual(await readFile(file), bytes);
  });

  it('does not resume from another bucket', async () => {
    const credentials = [credential(), credential({ bucket: 'edas-bj' })];
    const oss = ossRespondingWith({ breaksAfter: 2 * megabyte }, {});
    await failure(
      () => download(oss, { session: { use: (action) => action(credentials.shift()!) } }),
      'transfer.locationChanged',
    );
    await assertNothingLeft();
  });

  it('sends no request when the credential points to another bucket', async () => {
    const elsewhere = credential({ bucket: 'edas-bj' });
    const oss = ossRespondingWith({});
    await failure(
      () => download(oss, { session: { use: (action) => action(elsewhere) } }),
      'transfer.locationChanged',
    );
    assert.equal(oss.requests.length, 0);
    await assertNothingLeft();
  });

  it('reports progress that never decreases and ends with the total', async () => {
    const reports: DownloadProgress[] = [];
    await download(ossRespondingWith({ breaksAfter: 2 * megabyte }, {}), {
      onProgress: (progress) => reports.push(progress),
    });
    const received = reports.map(({ receivedBytes }) => receivedBytes);
    assert.deepEqual(
      received,
      received.toSorted((a, b) => a - b),
    );
    assert.equal(received.at(-1), bytes.length);
    assert.ok(reports.every(({ totalBytes }) => totalBytes === bytes.length));
  });

  it('leaves no file when cancelled', async () => {
    const cancel = new AbortController();
    const oss = ossRespondingWith({ onBegin: () => queueMicrotask(() => cancel.abort()) });
    await assert.rejects(download(oss, { signal: cancel.signal }), isAbort);
    await assertNothingLeft();
  });

  it('removes its files before stop() resolves, and rejects downloads afterwards', async () => {
    let start = (): void => undefined;
    const started = new Promise<void>((resolve) => (start = resolve));
    const oss = ossRespondingWith({ onBegin: () => start() });
    const network = (): 'public' => 'public';
    const recordFolder = `${folder}-records`;
    const downloader = new Downloader({ session, oss, network, log: silentLog, recordFolder });
    const request = { key, location: credential(), file, overwrite: false };
    const options = { signal: new AbortController().signal };
    const outcome = assert.rejects(downloader.download(request, options), isAbort);
    await started;
    await downloader.stop();
    await assertNothingLeft();
    await outcome;
    await assert.rejects(downloader.download(request, options), isAbort);
    await assertNothingLeft();
  });

  describe('the target file', () => {
    it('is not overwritten by default, and no request is sent', async () => {
      await writeFile(file, 'mine');
      const oss = ossRespondingWith({});
      await failure(() => download(oss), 'disk.fileExists', { subject: file });
      assert.equal(oss.requests.length, 0);
      assert.equal(await readFile(file, 'utf8'), 'mine');
      await assertNothingLeft('shop.jar');
    });

    it('is not overwritten when it was created during the download', async () => {
      const onBegin = (): void => writeFileSync(file, 'mine');
      await failure(() => download(ossRespondingWith({ onBegin })), 'disk.fileExists', {
        subject: file,
      });
      assert.equal(await readFile(file, 'utf8'), 'mine');
      await assertNothingLeft('shop.jar');
    });

    it('is overwritten when requested, but not by a failed download', async () => {
      await writeFile(file, 'mine');
      await assert.rejects(download(ossRespondingWith({ crc64: 1n }), { overwrite: true }));
      assert.equal(await readFile(file, 'utf8'), 'mine');
      await download(ossRespondingWith({}), { overwrite: true });
      assert.deepEqual(await readFile(file), bytes);
      await assertNothingLeft('shop.jar');
    });

    it('cannot be a folder, or in a folder that does not exist', async () => {
      await failure(() => download(ossRespondingWith({}), { file: folder }), 'disk.notWritable', {
        subject: folder,
      });
      const inMissingFolder = path.join(folder, 'missing', 'shop.jar');
      await failure(
        () => download(ossRespondingWith({}), { file: inMissingFolder }),
        'disk.notWritable',
        {
          subject: inMissingFolder,
        },
      );
    });

    it('is written on a Windows disk that has no hard links', async () => {
      await withFileSystem(
        'link',
        () => systemFault('EISDIR'),
        () => download(ossRespondingWith({})),
      );
      assert.deepEqual(await readFile(file), bytes);
      await assertNothingLeft('shop.jar');
    });

    it('is written after a virus scanner has released it', async () => {
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
          () => download(ossRespondingWith({}), { overwrite }),
        );
        assert.equal(tries, 2);
        assert.deepEqual(await readFile(file), bytes);
        await assertNothingLeft('shop.jar');
      }
    });

    it('can have the longest name that the file system allows', async () => {
      for (const name of [242, 250, 255].map((bytes) => `${'x'.repeat(bytes - 4)}.jar`)) {
        await download(ossRespondingWith({}), { file: path.join(folder, name) });
        assert.deepEqual(await readFile(path.join(folder, name)), bytes);
      }
    });

    if (process.platform !== 'win32') {
      it('is private during the download, and has the default mode afterwards', async () => {
        const modes: number[] = [];
        const onBegin = (): void => {
          const [name = ''] = readdirSync(folder);
          modes.push(statSync(path.join(folder, name)).mode & 0o777);
        };
        await download(ossRespondingWith({ onBegin }));
        await writeFile(path.join(folder, 'default'), '');
        const defaultMode = statSync(path.join(folder, 'default')).mode & 0o777;
        assert.deepEqual([...modes, statSync(file).mode & 0o777], [0o600, defaultMode]);
      });

      it('keeps the mode of the file that it replaces', async () => {
        await writeFile(file, 'mine', { mode: 0o640 });
        await download(ossRespondingWith({}), { overwrite: true });
        assert.equal(statSync(file).mode & 0o777, 0o640);
      });
    }

    it('is marked as downloaded from the internet on Windows only', async () => {
      await writeFile(file, bytes);
      await markAsDownloaded(file, 'linux');
      await markAsDownloaded(file, 'darwin');
      assert.deepEqual(await readdir(folder), ['shop.jar']);
      await markAsDownloaded(file, 'win32');
      const mark = await readFile(`${file}:Zone.Identifier`, 'utf8');
      assert.equal(mark, '[ZoneTransfer]\r\nZoneId=3\r\n');
      await markAsDownloaded(path.join(folder, 'no', 'such', 'folder'), 'win32');
    });

    it('is rejected before the first byte when it does not fit on the disk', async () => {
      const freeSpace = (): Promise<number> => Promise.resolve(bytes.length - 1);
      await failure(() => download(ossRespondingWith({}), { freeSpace }), 'disk.full', {
        subject: file,
      });
      await download(ossRespondingWith({}), { freeSpace: () => Promise.resolve(undefined) });
    });
  });
});
