import assert from 'node:assert/strict';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { fileSource } from '../../src/core/transfer/source/fileSource';
import { startSandboxFixture, type SandboxFixture } from './sandboxFixture';

const mebibyte = 1024 * 1024;
const part = 8 * mebibyte;
const { signal } = new AbortController();

/** Uses the default sizes of parts. The plan for the largest file, 48.8 TB, is covered by the unit tests. */
describe('An upload with the default part sizes', () => {
  describe('from a small or large file', () => {
    let fixture: SandboxFixture;
    before(async () => {
      fixture = await startSandboxFixture();
    });
    after(() => fixture.stop());

    for (const size of [0, 1, part - 1, part, part + 1, 2 * part, 100_000_000]) {
      it(`stores ${size} bytes unchanged`, async () => {
        const source = await fixture.file(`${size}.zip`, size);
        const key = fixture.key(source.name);
        const storageFolder = path.join(fixture.folder, 'store');
        const result = await fixture
          .createManager({ storageFolder })
          .upload({ accountId: 'a', source, key, overwrite: false }, { signal });
        assert.equal(result.verified, true);
        assert.equal(result.size, size);
        assert.ok((await fixture.sandbox.objects.read(key)).equals(source.bytes));
        const requests = fixture.sandbox.requestLog.select({ operation: 'UploadPart', key });
        const [fewest, most] = size <= part ? [0, 0] : [size / part, size / (mebibyte / 2)];
        assert.ok(requests.length >= fewest && requests.length <= Math.ceil(most));
      });
    }
  });

  it('needs no more memory for a sparse file of 5 GB', async function () {
    this.timeout(400_000);
    const fixture = await startSandboxFixture({ store: 'discard' });
    try {
      const file = path.join(fixture.folder, 'huge.zip');
      const size = 5 * 1024 * mebibyte;
      const handle = await open(file, 'w');
      await handle.truncate(size);
      // Some bytes that are not zero at both ends and across the border of two parts.
      for (const position of [0, part - 3, 4 * 1024 * mebibyte + 1, size - 6]) {
        await handle.write(Buffer.from('PK\u0005\u0006!!'), 0, 6, position);
      }
      await handle.close();
      const key = fixture.key('huge.zip');
      const before = process.memoryUsage.rss();
      let peak = before;
      const onProgress = (): void => {
        peak = Math.max(peak, process.memoryUsage.rss());
      };
      const result = await fixture
        .createManager({ storageFolder: path.join(fixture.folder, 'store') })
        .upload(
          { accountId: 'a', source: fileSource(file), key, overwrite: false },
          { signal, onProgress },
        );
      // This includes the sandbox in the same process; memory that grew with the file would be gigabytes.
      assert.ok(peak - before < 250 * mebibyte, `${Math.round((peak - before) / mebibyte)} MiB`);
      assert.equal(result.verified, true);
      const { size: stored, crc64 } = fixture.sandbox.objects.get(key) ?? {};
      assert.equal(stored, size);
      assert.equal(crc64, result.crc64);
    } finally {
      await fixture.stop();
    }
  });
});
