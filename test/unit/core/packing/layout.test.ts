import assert from 'node:assert/strict';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import yauzl from 'yauzl';
import { layOut } from '../../../../src/core/packing/layout';
import { OpenZip } from '../../../../src/core/packing/openZip';
import type { TreeFile } from '../../../../src/core/packing/tree';
import { Workshop } from './trees';
import { entriesOf, openBuffer, openLarge, streamOf } from './unzip';

const gibibyte = 1024 ** 3;

/** Lets yauzl read the ZIP where it wants to. */
class ZipReader extends yauzl.RandomAccessReader {
  constructor(private readonly zip: OpenZip) {
    super();
  }

  override _readStreamForRange(start: number, end: number): PassThrough {
    const stream = new PassThrough();
    const bytes = Buffer.alloc(end - start);
    this.zip.read(bytes, start).then(
      () => stream.end(bytes),
      (error: unknown) => stream.destroy(error as Error),
    );
    return stream;
  }
}

/** A file that has not been read: its checksum is taken for known, so that gigabytes need not be. */
function file(name: string, size: number, where = name): TreeFile {
  return { kind: 'file', name, path: where, size, mtimeMs: 0, isExecutable: false };
}

async function zipOf(files: readonly TreeFile[], crc32 = 0): Promise<OpenZip> {
  const contents = new Map(files.map((each) => [each, { crc32 }]));
  const tree = { entries: files, contentBytes: 0, leftOut: [] };
  return new OpenZip(tree, await layOut(files, contents), undefined);
}

describe('The layout of a ZIP', () => {
  const workshop = new Workshop();
  let sparse: string;

  before(async () => {
    sparse = path.join(await workshop.folder({ sparse: '' }), 'sparse');
  });
  after(() => workshop.clear());

  async function listed(name: string, size: number): Promise<TreeFile> {
    const handle = await open(sparse, 'r+');
    await handle.truncate(size);
    const { mtimeMs } = await handle.stat();
    await handle.close();
    return { ...file(name, size, sparse), mtimeMs };
  }

  it('goes beyond 4 GiB, in one file and behind it', async () => {
    const files = [
      file('a-planned', 4 * gibibyte - 1),
      await listed('b-large', 5 * gibibyte),
      file('c-small', 0),
    ];
    const zip = await zipOf(files);
    const opened = await openLarge(new ZipReader(zip), zip.size);
    const seen: [string, number, number][] = [];
    for await (const entry of entriesOf(opened)) {
      seen.push([entry.fileName, entry.uncompressedSize, entry.relativeOffsetOfLocalHeader]);
      if (entry.uncompressedSize === 0) {
        assert.equal((await buffer(await streamOf(opened, entry))).length, 0);
      }
    }
    const descriptor = 24;
    const second = 30 + 'a-planned'.length + 4 * gibibyte - 1 + descriptor;
    const third = second + 30 + 'b-large'.length + 5 * gibibyte + descriptor;
    assert.deepEqual(seen, [
      ['a-planned', 4 * gibibyte - 1, 0],
      ['b-large', 5 * gibibyte, second],
      ['c-small', 0, third],
    ]);
    const inside = Buffer.alloc(64, 0xee);
    await zip.read(inside, 8 * gibibyte);
    assert.ok(inside.every((byte) => byte === 0));
  });

  it('says sizes and checksum before the contents, as Java wants it, up to 4 GiB', async () => {
    for (const [size, flags] of [
      [4 * gibibyte - 2, 0x0800],
      [4 * gibibyte - 1, 0x0808],
    ] as const) {
      const zip = await zipOf([file('a', size)], 0xdeadbeef);
      const header = Buffer.alloc(30);
      await zip.read(header, 0);
      assert.equal(header.readUInt16LE(6), flags);
      assert.equal(header.readUInt32LE(14), flags === 0x0800 ? 0xdeadbeef : 0);
    }
  });

  for (const count of [65_534, 65_535]) {
    it(`holds ${count} entries`, async () => {
      const zip = await zipOf(Array.from({ length: count }, (_, index) => file(`${index}`, 0)));
      const whole = Buffer.alloc(zip.size);
      await zip.read(whole, 0);
      const opened = await openBuffer(whole);
      assert.equal(opened.entryCount, count);
      assert.deepEqual(
        namesIn(whole.subarray(whole.indexOf('PK\x01\x02'))),
        Array.from({ length: count }, (_, index) => `${index}`),
      );
    });
  }
});

/** The names in a ZIP's directory. yauzl reads them too, but takes seconds for so many. */
function namesIn(directory: Buffer): string[] {
  const names: string[] = [];
  let rest = directory;
  while (rest.readUInt32BE(0) === 0x504b0102) {
    const [name, extra] = [rest.readUInt16LE(28), rest.readUInt16LE(30)];
    names.push(rest.toString('utf8', 46, 46 + name));
    rest = rest.subarray(46 + name + extra);
  }
  return names;
}
