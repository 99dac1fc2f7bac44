import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DownloadRecords } from '../../../../../src/core/transfer/download/downloadRecords';
import { silentLog } from '../../../../../src/core/util/log';
import { defaultKeys } from '../../../../sandbox';
import { endedPid } from '../../../support/endedPid';
import type { DownloadOrder } from './download.program';
import { DownloadFixture } from './wire';

describe('The temporary file of a download', () => {
  let root: string;
  let folder: string;
  let recordFolder: string;

  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'edas-temporary-'));
    [folder, recordFolder] = [path.join(root, 'target'), path.join(root, 'records')];
    await mkdir(folder);
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const open = (): DownloadRecords => new DownloadRecords(recordFolder, silentLog);

  /** A record as a process that has ended leaves it, and its file. @returns the path of the record */
  async function leave({
    pid = deadPid,
    id = '0123456789abcdef',
    host = os.hostname(),
  } = {}): Promise<string> {
    const record = path.join(recordFolder, `${pid}-${id}.json`);
    await mkdir(recordFolder, { recursive: true });
    await writeFile(record, JSON.stringify({ folder, host }));
    await writeFile(path.join(folder, `.edas-download-${id}.part`), 'half');
    return record;
  }

  let deadPid: number;
  before(async () => {
    deadPid = await endedPid();
  });

  describe('of a process that is killed', () => {
    const program = path.join(import.meta.dirname, 'download.program.cjs');
    let wire: DownloadFixture;
    const children: ChildProcess[] = [];
    // A test that failed must not leave processes.
    afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));
    before(async () => {
      wire = await DownloadFixture.lay();
      const put = { key: `${wire.sandbox.keyPrefix}/a.jar`, forbidOverwrite: true };
      await wire.session.use((credential) =>
        wire.oss.putObject(
          { credential, network: 'public' },
          { ...put, body: Buffer.alloc(4 * 1024 * 1024) },
        ),
      );
    });
    after(() => wire.cut());

    async function start(): Promise<ChildProcess> {
      const [keys] = defaultKeys;
      const order: DownloadOrder = {
        endpoint: wire.sandbox.edasEndpoint,
        ...{ accessKeyId: keys!.id, accessKeySecret: keys!.secret },
        ...{ key: `${wire.sandbox.keyPrefix}/a.jar`, location: wire.location, recordFolder },
        file: path.join(folder, 'a.jar'),
      };
      const child = fork(program, [JSON.stringify(order)]);
      children.push(child);
      await new Promise((resolve) => child.once('message', resolve));
      return child;
    }

    it('is removed by the next one, which leaves what a running process downloads', async () => {
      const [killed, running] = await Promise.all([start(), start()]);
      const left = await readdir(folder);
      assert.equal(left.length, 2);
      killed.kill('SIGKILL');
      await exitOf(killed);
      assert.deepEqual(await readdir(folder), left);
      await open().removeStale();
      assert.equal((await readdir(folder)).length, 1);
      running.kill('SIGKILL');
      await exitOf(running);
      await open().removeStale();
      assert.deepEqual(await readdir(folder), []);
      assert.deepEqual(await readdir(recordFolder), []);
    });

    it('is gone before the process ends when it stops in order', async () => {
      const child = await start();
      assert.equal((await readdir(folder)).length, 1);
      child.send('stop');
      await exitOf(child);
      assert.deepEqual(await readdir(folder), []);
      assert.deepEqual(await readdir(recordFolder), []);
    });
  });

  it('is removed although this process has the id of the one that was killed', async () => {
    await leave({ pid: process.pid });
    await open().removeStale();
    assert.deepEqual(await readdir(folder), []);
  });

  it('is left alone while it is used here, by any part of this process', async () => {
    const file = await open().reserve(folder);
    await writeFile(file.path, 'half');
    await open().removeStale();
    assert.equal(await readFile(file.path, 'utf8'), 'half');
    await rm(file.path);
    await file.release();
    assert.deepEqual(await readdir(recordFolder), []);
  });

  it('stays recorded while something holds it', async () => {
    const file = await open().reserve(folder);
    await writeFile(file.path, 'half');
    await file.release();
    assert.equal((await readdir(recordFolder)).length, 1);
    await open().removeStale();
    assert.deepEqual(await readdir(folder), []);
  });

  it('is the only thing that is removed: neither other files nor what a link leads to', async () => {
    const id = '00112233445566ff';
    const record = await leave({ id });
    const mine = path.join(root, 'mine.jar');
    await writeFile(mine, 'mine');
    const temporary = path.join(folder, `.edas-download-${id}.part`);
    await rm(temporary);
    await symlink(mine, temporary);
    for (const name of ['.edas-download-ffffffffffffffff.part', 'a.jar', 'a.jar.1234.part']) {
      await writeFile(path.join(folder, name), 'not recorded');
    }
    await writeFile(path.join(recordFolder, `${deadPid}-${id}.json.bak`), '{}');
    await writeFile(path.join(recordFolder, `${deadPid}-..%2f${id}.json`), '{}');
    await open().removeStale();
    assert.equal(await readFile(mine, 'utf8'), 'mine');
    assert.equal((await readdir(folder)).length, 3);
    assert.ok(!(await readdir(recordFolder)).includes(path.basename(record)));
  });

  for (const [what, text] of [
    ['was cut off', '{"folder":"/'],
    ['is empty', ''],
    ['names no folder', '{"host":"x"}'],
    ['names a relative folder', '{"folder":"target","host":"x"}'],
    ['is null', 'null'],
  ] as const) {
    it(`is not looked for when its record ${what}, which is dropped`, async () => {
      const record = await leave();
      await writeFile(record, text);
      await open().removeStale();
      assert.deepEqual(await readdir(recordFolder), []);
      assert.equal((await readdir(folder)).length, 1);
    });
  }

  it('of another computer stays; its record is dropped after a week', async () => {
    const record = await leave({ host: 'another-computer' });
    await open().removeStale();
    assert.equal((await readdir(recordFolder)).length, 1);
    const old = Date.now() / 1000 - 8 * 24 * 3600;
    await utimes(record, old, old);
    await open().removeStale();
    assert.deepEqual(await readdir(recordFolder), []);
    assert.equal((await readdir(folder)).length, 1);
  });

  it('on a drive that is not connected is removed when the drive is back', async () => {
    await leave();
    await rm(folder, { recursive: true });
    await open().removeStale();
    assert.equal((await readdir(recordFolder)).length, 1);
    await mkdir(folder);
    await leave();
    await open().removeStale();
    assert.deepEqual(await readdir(folder), []);
  });

  it('has a name that is short whatever the file is called, and a record that only its owner reads', async () => {
    const file = await open().reserve(folder);
    assert.ok(path.basename(file.path).length < 40);
    assert.equal(path.dirname(file.path), folder);
    const [record = ''] = await readdir(recordFolder);
    if (process.platform !== 'win32') {
      const { mode } = await stat(path.join(recordFolder, record));
      assert.equal(mode & 0o777, 0o600);
    }
    await file.release();
  });

  it('is used even if it cannot be recorded', async () => {
    await writeFile(recordFolder, 'a file in the way');
    const file = await open().reserve(folder);
    assert.equal(path.dirname(file.path), folder);
    await file.release();
    await open().removeStale();
  });
});

function exitOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once('exit', resolve));
}
