import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { removeLeftovers } from '../../../../src/core/util/leftovers';
import { processMark } from '../../../../src/core/util/processes';
import { silentLog } from '../../../../src/core/util/log';
import { endedPid } from '../../support/endedPid';
import { systemFault, withFileSystem } from '../../support/fileSystem';
import { nameOfProcess } from '../../support/temporaryNames';

describe('A temporary file', () => {
  let folder: string;
  let deadPid: number;
  before(async () => {
    deadPid = await endedPid();
  });
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'leftovers-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const write = (...names: readonly string[]): Promise<unknown> =>
    Promise.all(names.map((name) => writeFile(path.join(folder, name), 'secret')));
  const week = 7 * 24 * 3600;
  const makeOld = (name: string, seconds = 8 * 24 * 3600): Promise<void> => {
    const time = Date.now() / 1000 - seconds;
    return utimes(path.join(folder, name), time, time);
  };
  const sweep = (maxAgeMs?: number): Promise<void> =>
    removeLeftovers({ folder, maxAgeMs }, silentLog);
  const left = async (): Promise<string[]> => (await readdir(folder)).sort();

  it('has a name that nobody can guess, and none twice', () => {
    const names = [processMark(), processMark()];
    assert.match(names[0]!, /^\d+-[0-9a-f]{32}$/);
    assert.notEqual(names[0], names[1]);
  });

  it('of a process that has ended is removed, with any prefix and extension around its process mark', async () => {
    const name = nameOfProcess(deadPid);
    await write(name, `${name}.tmp`, `a.json.${name}.tmp`);
    await sweep();
    assert.deepEqual(await left(), []);
  });

  it('is left alone while its process runs, and so is what is no temporary file', async () => {
    const dead = nameOfProcess(deadPid);
    const kept = [processMark(), nameOfProcess(process.ppid), `${dead}.json.bak`, `a${dead}`];
    kept.push('id.checkpoint.json', `${deadPid}-0123.tmp`, 'app.jar');
    await write(...kept);
    await Promise.all(kept.slice(2).map((name) => makeOld(name)));
    await sweep();
    assert.deepEqual(await left(), kept.sort());
  });

  it('is removed although this process has the id of the one that was killed', async () => {
    await write(nameOfProcess(process.pid));
    await sweep();
    assert.deepEqual(await left(), []);
  });

  it('of another computer, or of a process that seems to run, is removed after a week', async () => {
    const others = [`${deadPid}-${'f'.repeat(32)}`, nameOfProcess(process.ppid)];
    await write(...others);
    await sweep();
    assert.equal((await left()).length, 2);
    await Promise.all(others.map((name) => makeOld(name, week + 60)));
    await sweep();
    assert.deepEqual(await left(), []);
  });

  it('may be allowed less time, as one that hands over a secret', async () => {
    const name = nameOfProcess(process.ppid);
    await write(name);
    await makeOld(name, 31);
    await sweep(30_000);
    assert.deepEqual(await left(), []);
  });

  it('is removed like a lock that has had no heartbeat for a week', async () => {
    await write('a.lock', 'b.lock', 'b.lock.lock');
    await makeOld('b.lock');
    await makeOld('b.lock.lock');
    await sweep();
    assert.deepEqual(await left(), ['a.lock']);
  });

  it('is removed like a lock that nobody takes again, once the process named in its text has ended', async () => {
    await write('empty.lock');
    await writeFile(path.join(folder, 'ended.lock'), nameOfProcess(deadPid));
    await writeFile(path.join(folder, 'running.lock'), nameOfProcess(process.ppid));
    await writeFile(path.join(folder, 'other.lock'), `${deadPid}-${'f'.repeat(32)}`);
    await sweep();
    assert.deepEqual(await left(), ['empty.lock', 'other.lock', 'running.lock']);
  });

  it('that cannot be removed, or that another window removes at that moment, stops nothing', async () => {
    const names = ['0', '1', '2'].map((digit) => nameOfProcess(deadPid, digit.repeat(16)));
    await write(...names);
    let stats = 0;
    const first = [systemFault('EIO'), rm(path.join(folder, names[1]!))];
    await withFileSystem('stat', () => first[stats++] ?? Promise.resolve(undefined), sweep);
    assert.deepEqual(await left(), [names[0]]);
  });

  it('needs no folder to be removed from', async () => {
    await rm(folder, { recursive: true });
    await sweep();
  });
});
