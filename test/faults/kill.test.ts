import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { UploaderOrder } from './uploader.program';
import { startWorld, type SandboxFixture } from './world';

const partBytes = 100 * 1024;
const parts = 300;
const kills = 20;
/** Parts of one file that go at a time. */
const slots = 4;
const seed = 20_240_301;

/** Random numbers from 0 up to 1 that are the same in every run (mulberry32). */
function randomFrom(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe('A process that uploads', () => {
  let world: SandboxFixture;
  const program = path.join(import.meta.dirname, 'uploader.program.cjs');
  before(async () => {
    world = await startWorld();
    world.sandbox.settings.latencyMs = 50;
  });
  after(() => world.stop());

  it(`is killed ${kills} times and sends nothing again that had arrived`, async () => {
    const source = await world.file('killed.jar', parts * partBytes - 7);
    const { id, secret } = world.sandbox.keys[0]!;
    const order: UploaderOrder = {
      endpoint: world.sandbox.edasEndpoint,
      ...{ accessKeyId: id, accessKeySecret: secret },
      file: path.join(world.folder, 'killed.jar'),
      key: world.key('killed.jar'),
      storageFolder: path.join(world.folder, 'store'),
      part: partBytes,
    };
    const start = (): ChildProcess => fork(program, [JSON.stringify(order)]);
    const random = randomFrom(seed);
    for (let kill = 0; kill < kills; kill++) {
      const child = start();
      const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
      await new Promise((resolve) => child.once('message', resolve));
      await new Promise((resolve) => setTimeout(resolve, random() * 400));
      child.kill('SIGKILL');
      assert.equal(await ended, null, 'it was killed before it was done');
    }
    const last = start();
    const said: unknown[] = [];
    last.on('message', (message) => said.push(message));
    assert.equal(await new Promise((resolve) => last.once('exit', resolve)), 0);
    assert.deepEqual(said, ['ready', { verified: true, restartReason: null }]);

    const { requestLog, objects, uploads } = world.sandbox;
    assert.ok((await objects.read(order.key)).equals(source.bytes));
    const received = requestLog.bytesReceived({ operation: 'UploadPart', key: order.key });
    const most = source.bytes.length + kills * slots * partBytes;
    assert.ok(received <= most, `${received} bytes of at most ${most}`);
    const left = uploads.list(order.key).filter((upload) => upload.parts.size > 0);
    assert.equal(left.length, 0, 'no parts are left');
    const again = ((received - source.bytes.length) / partBytes).toFixed(1);
    console.log(`      ${kills} kills: ${again} parts went again, of ${parts}`);
  });
});
