import assert from 'node:assert/strict';
import { createCrc64 } from '../../src/core/oss/crc64';
import { startSandboxFixture, type SandboxFixture } from './sandboxFixture';

const mebibyte = 1024 * 1024;
/** The transfer manager's limit of concurrent requests. */
const slots = 16;
const { signal } = new AbortController();

describe('Connections', () => {
  let fixture: SandboxFixture;
  beforeEach(async () => {
    fixture = await startSandboxFixture({ host: '127.0.0.2', store: 'discard' });
  });
  afterEach(() => fixture.stop());

  it('stay within the limit of concurrent requests for 200 small files and one of 200 MB', async () => {
    const small = await Promise.all(
      Array.from({ length: 200 }, (_, index) => fixture.file(`${index}.jar`, 1024)),
    );
    const large = await fixture.file('large.jar', 200 * mebibyte);
    const manager = fixture.createManager();
    await Promise.all(
      [large, ...small].map((source) =>
        manager.upload(
          { accountId: 'a', source, key: fixture.key(source.name), overwrite: false },
          { signal },
        ),
      ),
    );
    assert.equal(fixture.sandbox.objects.list(fixture.key('')).length, 201);
    const connections = fixture.sandbox.connections('oss');
    assert.ok(connections <= slots, `${connections} connections`);
    const crc64 = await createCrc64();
    crc64.update(large.bytes);
    assert.equal(fixture.sandbox.objects.get(fixture.key('large.jar'))?.crc64, crc64.digest());
  });
});
