import assert from 'node:assert/strict';
import { createCrc64 } from '../../src/core/oss/crc64';
import { startWorld, type SandboxFixture } from './world';

const mebibyte = 1024 * 1024;
/** As the engine has them. */
const slots = 16;
const { signal } = new AbortController();

describe('Connections', () => {
  let world: SandboxFixture;
  beforeEach(async () => {
    world = await startWorld({ host: '127.0.0.2', store: 'discard' });
  });
  afterEach(() => world.stop());

  it('of 200 small files and a file of 200 MB are no more than request slots', async () => {
    const small = await Promise.all(
      Array.from({ length: 200 }, (_, index) => world.file(`${index}.jar`, 1024)),
    );
    const large = await world.file('large.jar', 200 * mebibyte);
    const manager = world.createManager();
    await Promise.all(
      [large, ...small].map((source) =>
        manager.upload(
          { accountId: 'a', source, key: world.key(source.name), overwrite: false },
          { signal },
        ),
      ),
    );
    assert.equal(world.sandbox.objects.list(world.key('')).length, 201);
    const connections = world.sandbox.connections('oss');
    assert.ok(connections <= slots, `${connections} connections`);
    const crc64 = await createCrc64();
    crc64.update(large.bytes);
    assert.equal(world.sandbox.objects.get(world.key('large.jar'))?.crc64, crc64.digest());
  });
});
