import assert from 'node:assert/strict';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { fileSource } from '../../src/core/transfer/source/fileSource';
import { startWorld, type SandboxFixture } from './world';

const mebibyte = 1024 * 1024;
const part = 8 * mebibyte;
const { signal } = new AbortController();

/** With the sizes that people get. What is planned only, 48.8 TB, stands in the unit tests. */
describe('Sizes', () => {
  describe('stored', () => {
    let world: SandboxFixture;
    before(async () => {
      world = await startWorld();
    });
    after(() => world.stop());

    for (const size of [0, 1, part - 1, part, part + 1, 2 * part, 100_000_000]) {
      it(`${size} bytes`, async () => {
        const source = await world.file(`${size}.zip`, size);
        const key = world.key(source.name);
        const storageFolder = path.join(world.folder, 'store');
        const result = await world
          .createManager({ storageFolder })
          .upload({ accountId: 'a', source, key, overwrite: false }, { signal });
        assert.equal(result.verified, true);
        assert.equal(result.size, size);
        assert.ok((await world.sandbox.objects.read(key)).equals(source.bytes));
        const requests = world.sandbox.requestLog.select({ operation: 'UploadPart', key });
        const [fewest, most] = size <= part ? [0, 0] : [size / part, size / (mebibyte / 2)];
        assert.ok(requests.length >= fewest && requests.length <= Math.ceil(most));
      });
    }
  });

  it('5 GB of a sparse file, its memory not growing with it', async function () {
    this.timeout(400_000);
    const world = await startWorld({ store: 'discard' });
    try {
      const file = path.join(world.folder, 'huge.zip');
      const size = 5 * 1024 * mebibyte;
      const handle = await open(file, 'w');
      await handle.truncate(size);
      // Something else than zeros at both ends and across the border of two parts.
      for (const position of [0, part - 3, 4 * 1024 * mebibyte + 1, size - 6]) {
        await handle.write(Buffer.from('PK\u0005\u0006!!'), 0, 6, position);
      }
      await handle.close();
      const key = world.key('huge.zip');
      const before = process.memoryUsage.rss();
      let peak = before;
      const onProgress = (): void => {
        peak = Math.max(peak, process.memoryUsage.rss());
      };
      const result = await world
        .createManager({ storageFolder: path.join(world.folder, 'store') })
        .upload(
          { accountId: 'a', source: fileSource(file), key, overwrite: false },
          { signal, onProgress },
        );
      // With the sandbox in the same process; what grows with the file would be gigabytes.
      assert.ok(peak - before < 250 * mebibyte, `${Math.round((peak - before) / mebibyte)} MiB`);
      assert.equal(result.verified, true);
      const { size: stored, crc64 } = world.sandbox.objects.get(key) ?? {};
      assert.equal(stored, size);
      assert.equal(crc64, result.crc64);
    } finally {
      await world.stop();
    }
  });
});
