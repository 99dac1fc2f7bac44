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

const noFlight = { sent: () => undefined, acknowledged: () => undefined, reset: () => undefined };

describe('A source', () => {
  let folder: string;
  let file: string;
  const bytes = someBytes(5000);
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'source-'));
    file = path.join(folder, 'a b+%(1) 空.jar');
    await writeFile(file, bytes);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function opened(work: (source: OpenSource) => Promise<void>): Promise<void> {
    const source = await fileSource(file).open();
    try {
      await work(source);
    } finally {
      await source.close();
    }
  }

  it('that is a file is named, sized and read at any position', async () => {
    const { uri, name } = fileSource(file);
    assert.equal(uri, pathToFileURL(file).href);
    assert.equal(name, 'a b+%(1) 空.jar');
    assert.equal(fileSource(fileURLToPath(uri)).uri, uri);
    await opened(async (source) => {
      assert.equal(source.size, 5000);
      const buffer = Buffer.alloc(100);
      assert.equal(await source.read(buffer, 4950), 50);
      assert.ok(buffer.subarray(0, 50).equals(bytes.subarray(4950)));
      assert.equal(await source.read(buffer, 5000), 0);
      await source.verifyUnchanged();
    });
  });

  it('is the same although a path names the disk otherwise than an open file does', async () => {
    const there = Object.assign(await stat(file), { dev: 77 });
    await opened((source) =>
      withFileSystem(
        'stat',
        () => Promise.resolve(there),
        () => source.verifyUnchanged(),
      ),
    );
  });

  it('that is not there, or is a folder, is named as such', async () => {
    await failure(() => fileSource(path.join(folder, 'none')).open(), 'source.notFound');
    await failure(() => fileSource(path.join(file, 'below')).open(), 'source.notFound');
    await failure(() => fileSource(folder).open(), 'source.notAFile', { subject: folder });
  });

  it('that may not be read is named as such', async function () {
    if (process.platform === 'win32') {
      this.skip(); // Windows has no file mode that forbids to read
    }
    await chmod(file, 0);
    await chmod(folder, 0o755);
    // To root nothing is forbidden, to `nobody` much.
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

  it('that is a pipe is refused without waiting for a writer', async function () {
    if (process.platform === 'win32') {
      this.skip(); // Windows has no pipes in the file system
    }
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await failure(() => fileSource(pipe).open(), 'source.notAFile');
  });

  for (const [what, change] of [
    ['grows', () => appendFile(file, 'x')],
    ['shrinks', () => truncate(file, 10)],
    ['is written again', () => utimes(file, 1, 1)],
    ['is removed', () => rm(file)],
    ['is renamed', () => rename(file, path.join(folder, 'old'))],
    [
      'is replaced',
      async () => {
        // Not at once: Windows replaces no file that is open.
        await rename(file, path.join(folder, 'old'));
        await writeFile(file, bytes);
        await utimes(file, 5, 5);
      },
    ],
  ] as const) {
    it(`that ${what} has changed`, async function () {
      if (inWine && what === 'is removed') {
        this.skip(); // Wine shows a removed file for as long as it is open
      }
      await opened(async (source) => {
        await change();
        await failure(() => source.verifyUnchanged(), 'source.changed', { subject: file });
      });
    });
  }

  describe('as the body of a request', () => {
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
      it(`gives ${length} bytes from ${start} on, and their CRC-64, again and again`, () =>
        opened(async (source) => {
          const body = new SourceBody(source, { start, length }, new RequestSlot(), noFlight);
          assert.equal(body.length, length);
          for (let attempt = 0; attempt < 2; attempt++) {
            const chunks: Buffer[] = [];
            for await (const slice of body.slices()) {
              // What is handed out may be used again: the copy is the test's.
              chunks.push(Buffer.from(slice));
            }
            const expected = large.subarray(start, start + length);
            assert.ok(Buffer.concat(chunks).equals(expected));
            assert.equal(body.crc64, await crc64Of(expected));
          }
        }));
    }

    it('tells no CRC-64 when it was left early, and reads into nobody’s memory then', () =>
      opened(async (source) => {
        let reading = 0;
        const counting = {
          size: source.size,
          mtimeMs: source.mtimeMs,
          verifyUnchanged: () => source.verifyUnchanged(),
          close: () => source.close(),
          read: async (buffer: Uint8Array, position: number) => {
            reading += 1;
            const given = await source.read(buffer, position);
            reading -= 1;
            return given;
          },
        };
        const range = { start: 0, length: large.length };
        const body = new SourceBody(counting, range, new RequestSlot(), noFlight);
        for await (const slice of body.slices()) {
          assert.equal(slice.length, bufferBytes);
          break;
        }
        assert.equal(reading, 0);
        assert.equal(body.crc64, undefined);
      }));

    it('waits until the attempt before it has let go of the slot', () =>
      opened(async (source) => {
        const slot = new RequestSlot();
        const range = { start: 0, length: large.length };
        const body = new SourceBody(source, range, slot, noFlight);
        const given = body.slices();
        await given.next();
        const chunks: Buffer[] = [];
        const again = (async () => {
          for await (const slice of new SourceBody(source, range, slot, noFlight).slices()) {
            chunks.push(Buffer.from(slice));
          }
        })();
        await given.next();
        assert.equal(chunks.length, 0);
        await given.return(undefined);
        await again;
        assert.ok(Buffer.concat(chunks).equals(large));
      }));

    it('ends with the change when the file is shorter now', () =>
      opened(async (source) => {
        await truncate(file, bufferBytes + 5);
        const range = { start: 0, length: large.length };
        const body = new SourceBody(source, range, new RequestSlot(), noFlight);
        await failure(async () => {
          for await (const slice of body.slices()) {
            assert.ok(slice.length > 0);
          }
        }, 'source.changed');
      }));
  });
});
