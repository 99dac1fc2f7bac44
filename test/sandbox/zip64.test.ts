import assert from 'node:assert/strict';
import type { FileTreeEntry } from '../../src/core/zip/fileTree';
import { writeZip } from '../../src/core/zip/zipWriter';

// Not among the unit tests: yazl takes half a minute for so many entries.
describe('A ZIP with ZIP64 fields', () => {
  async function zipOf(entries: readonly FileTreeEntry[]): Promise<Buffer> {
    const pieces: Buffer[] = [];
    const write = (bytes: Buffer): Promise<void> => {
      pieces.push(bytes);
      return Promise.resolve();
    };
    await writeZip(entries, { write, onRead: () => undefined });
    return Buffer.concat(pieces);
  }

  it('holds 65,535 entries', async () => {
    const count = 65_535;
    const names = Array.from({ length: count }, (_, index) => `${index}`);
    const zip = await zipOf(names.map((name) => ({ kind: 'folder', name })));
    assert.deepEqual(
      namesIn(zip.subarray(zip.indexOf('PK\x01\x02'))),
      names.map((name) => `${name}/`),
    );
    assert.ok(zip.includes('PK\x06\x06'));
  }).timeout(600_000);
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
