import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { UploaderOptions, UploaderResult } from './uploader.program';
import { startSandboxFixture, type SandboxFixture } from './sandboxFixture';

const partBytes = 100 * 1024;
const parts = 300;
const kills = 20;
/** Parts of one file that are sent at a time. */
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

describe('An upload in a process that is killed', () => {
  let fixture: SandboxFixture;
  const program = path.join(import.meta.dirname, 'uploader.program.cjs');
  before(async () => {
    fixture = await startSandboxFixture();
    fixture.sandbox.settings.latencyMs = 50;
  });
  after(() => fixture.stop());

  it(`resumes after each of ${kills} kills and sends no acknowledged part again`, async () => {
    const source = await fixture.file('killed.jar', parts * partBytes - 7);
    const options = optionsFor('killed.jar');
    const sentBytes = source.bytes.length;
    assert.deepEqual(await killAndFinish(options), {
      verified: true,
      restartReason: null,
      sentBytes,
    });

    const { requestLog, objects } = fixture.sandbox;
    assert.ok((await objects.read(options.key)).equals(source.bytes));
    const received = requestLog.bytesReceived({ operation: 'UploadPart', key: options.key });
    const most = source.bytes.length + kills * slots * partBytes;
    assert.ok(received <= most, `${received} bytes of at most ${most}`);
    assertNoPartsLeft(options.key);
    const repeated = ((received - source.bytes.length) / partBytes).toFixed(1);
    console.log(`      ${kills} kills: ${repeated} of ${parts} parts were sent again`);
  });

  it(`resumes as a delta upload after each of ${kills} kills`, async () => {
    const old = await fixture.file('delta.jar', parts * partBytes);
    const options = { ...optionsFor('delta.jar'), overwrite: true, part: 8 * 1024 * 1024 };
    const manager = fixture.createManager({ storageFolder: options.storageFolder });
    const { signal } = new AbortController();
    await manager.upload(
      { accountId: 'a', source: old, key: options.key, overwrite: false },
      { signal },
    );
    const chunks = path.join(options.storageFolder, 'chunks');
    while (!(await readdir(chunks).catch(() => [])).some((name) => name.endsWith('.json'))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const next = Buffer.from(old.bytes);
    for (let at = 300_000; at < next.length; at += 1_000_000) {
      next.fill(7, at, at + 20_000);
    }
    await writeFile(options.file, next);
    const result = await killAndFinish(options);

    const { requestLog, objects } = fixture.sandbox;
    assert.ok((await objects.read(options.key)).equals(next));
    const { sentBytes, ...rest } = result;
    assert.deepEqual(rest, { verified: true, restartReason: null });
    assert.ok(sentBytes < next.length / 4, `${sentBytes} bytes were sent`);
    assertNoPartsLeft(options.key);
    const copies = requestLog.count({ operation: 'UploadPartCopy', key: options.key });
    console.log(
      `      ${kills} kills: ${copies} copies, ${sentBytes} bytes of ${next.length} sent`,
    );
  });

  function optionsFor(name: string): UploaderOptions {
    const { id, secret } = fixture.sandbox.keys[0]!;
    return {
      endpoint: fixture.sandbox.edasEndpoint,
      accessKeyId: id,
      accessKeySecret: secret,
      overwrite: false,
      file: path.join(fixture.folder, name),
      key: fixture.key(name),
      storageFolder: path.join(fixture.folder, `store-${name}`),
      part: partBytes,
    };
  }

  /** Starts and kills the process again and again, and then lets it finish. @returns the result that it reports */
  async function killAndFinish(options: UploaderOptions): Promise<UploaderResult> {
    const start = (): ChildProcess => fork(program, [JSON.stringify(options)]);
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
    const messages: unknown[] = [];
    last.on('message', (message) => messages.push(message));
    assert.equal(await new Promise((resolve) => last.once('exit', resolve)), 0);
    assert.equal(messages[0], 'ready');
    return messages[1] as UploaderResult;
  }

  function assertNoPartsLeft(key: string): void {
    const left = fixture.sandbox.uploads.list(key).filter((upload) => upload.parts.size > 0);
    assert.equal(left.length, 0, 'no parts are left');
  }
});
