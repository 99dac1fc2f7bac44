import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFile,
  chmod,
  mkdtemp,
  rename,
  rm,
  truncate,
  utimes,
  writeFile,
  stat,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { crc64Of } from '../support/fakeOss';
import { fileSource } from '../../../../../src/core/transfer/source/fileSource';
import type { OpenSource } from '../../../../../src/core/transfer/source/source';
import { bufferBytes, RequestSlot } from '../../../../../src/core/transfer/schedule/slots';
import { SourceBody } from '../../../../../src/core/transfer/source/sourceBody';
import { withFileSystem } from '../../../support/fileSystem';
import { failure } from '../../../support/coded';
import { someBytes } from '../support/transferFixture';
import { inWine } from '../../../../windows/inWine';

const noProgress = { sent: () => undefined, acknowledged: () => undefined, reset: () => undefined };

describe('A file source', () => {
  let folder: string;
  let file: string;
  const bytes = someBytes(5000);
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'source-'));
    file = path.join(folder, 'a b+%(1) 空.jar');
    await writeFile(file, bytes);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function withOpenSource(work: (source: OpenSource) => Promise<void>): Promise<void> {
    const source = await fileSource(file).open();
    try {
      await work(source);
    } finally {
      await source.close();
    }
  }

  it('has a URI, a name and a size, and can be read at any position', async () => {
    const { uri, name } = fileSource(file);
    assert.equal(uri, pathToFileURL(file).href);
    assert.equal(name, 'a b+%(1) 空.jar');
    assert.equal(fileSource(fileURLToPath(uri)).uri, uri);
    await withOpenSource(async (source) => {
      assert.equal(source.size, 5000);
      const buffer = Buffer.alloc(100);
      assert.equal(await source.read(buffer, 4950), 50);
      assert.ok(buffer.subarray(0, 50).equals(bytes.subarray(4950)));
      assert.equal(await source.read(buffer, 5000), 0);
      await source.verifyUnchanged();
    });
  });

  it('is unchanged when stat and fstat report different device numbers', async () => {
    const otherDevice = Object.assign(await stat(file), { dev: 77 });
    await withOpenSource((source) =>
      withFileSystem(
        'stat',
        () => Promise.resolve(otherDevice),
        () => source.verifyUnchanged(),
      ),
    );
  });

  it('is rejected when it does not exist or is a folder', async () => {
    await failure(() => fileSource(path.join(folder, 'none')).open(), 'source.notFound');
    await failure(() => fileSource(path.join(file, 'below')).open(), 'source.notFound');
    await failure(() => fileSource(folder).open(), 'source.notAFile', { subject: folder });
  });

  it('is rejected when it may not be read', async function () {
    if (process.platform === 'win32') {
      this.skip(); // Windows has no file mode that forbids reading
    }
    await chmod(file, 0);
    await chmod(folder, 0o755);
    // Root may read everything, so the test continues as `nobody`.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) {
      process.seteuid?.(65_534);
    }
    try {
      await failure(() => fileSource(file).open(), 'source.notReadable', { subject: file });
    } finally {
      if (isRoot) {
        process.seteuid?.(0);
      }
    }
  });

  it('is rejected without waiting for a writer when it is a pipe', async function () {
    if (process.platform === 'win32') {
      this.skip(); // Windows has no pipes in the file system
    }
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await failure(() => fileSource(pipe).open(), 'source.notAFile');
  });

  for (const [event, change] of [
    ['grows', () => appendFile(file, 'x')],
    ['shrinks', () => truncate(file, 10)],
    ['gets another modification time', () => utimes(file, 1, 1)],
    ['is removed', () => rm(file)],
    ['is renamed', () => rename(file, path.join(folder, 'old'))],
    [
      'is replaced',
      async () => {
        // Renamed first, because Windows cannot replace an open file.
        await rename(file, path.join(folder, 'old'));
        await writeFile(file, bytes);
        await utimes(file, 5, 5);
      },
    ],
  ] as const) {
    it(`is reported as changed when it ${event}`, async function () {
      if (inWine && event === 'is removed') {
        this.skip(); // in Wine a removed file exists as long as it is open
      }
      await withOpenSource(async (source) => {
        await change();
        await failure(() => source.verifyUnchanged(), 'source.changed', { subject: file });
      });
    });
  }

  describe('as a request body', () => {
    const large = someBytes(2 * bufferBytes + 77);
    beforeEach(() => writeFile(file, large));

    for (const [start, length] of [
      [0, large.length],
      [0, bufferBytes],
      [0, bufferBytes + 1],
      [bufferBytes - 1, bufferBytes],
      [1234, 1],
      [99, 0],
    ] as const) {
      it(`yields ${length} bytes from offset ${start} and their CRC-64, also the second time`, () =>
        withOpenSource(async (source) => {
          const body = new SourceBody(source, { start, length }, new RequestSlot(), noProgress);
          assert.equal(body.length, length);
          for (let attempt = 0; attempt < 2; attempt++) {
            const chunks: Buffer[] = [];
            for await (const slice of body.slices()) {
              // A copy, because the body reuses its buffers.
              chunks.push(Buffer.from(slice));
            }
            const expected = large.subarray(start, start + length);
            assert.ok(Buffer.concat(chunks).equals(expected));
            assert.equal(body.crc64, await crc64Of(expected));
          }
        }));
    }

    it('has no CRC-64 and no pending read when its consumer stops early', () =>
      withOpenSource(async (source) => {
        let pendingReads = 0;
        const countingSource = {
          size: source.size,
          mtimeMs: source.mtimeMs,
          verifyUnchanged: () => source.verifyUnchanged(),
          close: () => source.close(),
          read: async (buffer: Uint8Array, position: number) => {
            pendingReads += 1;
            const bytesRead = await source.read(buffer, position);
            pendingReads -= 1;
            return bytesRead;
          },
        };
        const range = { start: 0, length: large.length };
        const body = new SourceBody(countingSource, range, new RequestSlot(), noProgress);
        for await (const slice of body.slices()) {
          assert.equal(slice.length, bufferBytes);
          break;
        }
        assert.equal(pendingReads, 0);
        assert.equal(body.crc64, undefined);
      }));

    it('waits until the previous attempt has released the slot', () =>
      withOpenSource(async (source) => {
        const slot = new RequestSlot();
        const range = { start: 0, length: large.length };
        const body = new SourceBody(source, range, slot, noProgress);
        const firstAttempt = body.slices();
        await firstAttempt.next();
        const chunks: Buffer[] = [];
        const secondAttempt = (async () => {
          for await (const slice of new SourceBody(source, range, slot, noProgress).slices()) {
            chunks.push(Buffer.from(slice));
          }
        })();
        await firstAttempt.next();
        assert.equal(chunks.length, 0);
        await firstAttempt.return(undefined);
        await secondAttempt;
        assert.ok(Buffer.concat(chunks).equals(large));
      }));

    it('fails as changed when the file was truncated', () =>
      withOpenSource(async (source) => {
        await truncate(file, bufferBytes + 5);
        const range = { start: 0, length: large.length };
        const body = new SourceBody(source, range, new RequestSlot(), noProgress);
        await failure(async () => {
          for await (const slice of body.slices()) {
            assert.ok(slice.length > 0);
          }
        }, 'source.changed');
      }));
  });
});
