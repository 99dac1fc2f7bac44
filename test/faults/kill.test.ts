import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { UploaderOrder, UploaderResult } from './uploader.program';
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
    const order = orderOf('killed.jar');
    const sentBytes = source.bytes.length;
    assert.deepEqual(await killAndFinish(order), {
      verified: true,
      restartReason: null,
      sentBytes,
    });

    const { requestLog, objects } = world.sandbox;
    assert.ok((await objects.read(order.key)).equals(source.bytes));
    const received = requestLog.bytesReceived({ operation: 'UploadPart', key: order.key });
    const most = source.bytes.length + kills * slots * partBytes;
    assert.ok(received <= most, `${received} bytes of at most ${most}`);
    assertNothingLeft(order.key);
    const again = ((received - source.bytes.length) / partBytes).toFixed(1);
    console.log(`      ${kills} kills: ${again} parts went again, of ${parts}`);
  });

  it(`is killed ${kills} times while it sends only what changed`, async () => {
    const old = await world.file('delta.jar', parts * partBytes);
    const order = { ...orderOf('delta.jar'), overwrite: true, part: 8 * 1024 * 1024 };
    const manager = world.createManager({ storageFolder: order.storageFolder });
    const { signal } = new AbortController();
    await manager.upload(
      { accountId: 'a', source: old, key: order.key, overwrite: false },
      { signal },
    );
    const chunks = path.join(order.storageFolder, 'chunks');
    while (!(await readdir(chunks).catch(() => [])).some((name) => name.endsWith('.json'))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const next = Buffer.from(old.bytes);
    for (let at = 300_000; at < next.length; at += 1_000_000) {
      next.fill(7, at, at + 20_000);
    }
    await writeFile(order.file, next);
    const said = await killAndFinish(order);

    const { requestLog, objects } = world.sandbox;
    assert.ok((await objects.read(order.key)).equals(next));
    const { sentBytes, ...rest } = said;
    assert.deepEqual(rest, { verified: true, restartReason: null });
    assert.ok(sentBytes < next.length / 4, `${sentBytes} bytes were sent`);
    assertNothingLeft(order.key);
    const copies = requestLog.count({ operation: 'UploadPartCopy', key: order.key });
    console.log(
      `      ${kills} kills: ${copies} copies, ${sentBytes} bytes of ${next.length} sent`,
    );
  });

  function orderOf(name: string): UploaderOrder {
    const { id, secret } = world.sandbox.keys[0]!;
    return {
      endpoint: world.sandbox.edasEndpoint,
      ...{ accessKeyId: id, accessKeySecret: secret, overwrite: false },
      file: path.join(world.folder, name),
      key: world.key(name),
      storageFolder: path.join(world.folder, `store-${name}`),
      part: partBytes,
    };
  }

  /** Starts the process and kills it, again and again, and then lets it end. @returns what it says of its result */
  async function killAndFinish(order: UploaderOrder): Promise<UploaderResult> {
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
    assert.equal(said[0], 'ready');
    return said[1] as UploaderResult;
  }

  function assertNothingLeft(key: string): void {
    const left = world.sandbox.uploads.list(key).filter((upload) => upload.parts.size > 0);
    assert.equal(left.length, 0, 'no parts are left');
  }
});
