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
import {
  recordTemporaryFile,
  removeRecorded,
} from '../../../../../src/core/transfer/download/downloadRecords';
import { removeLeftovers } from '../../../../../src/core/util/leftovers';
import { silentLog } from '../../../../../src/core/util/log';
import { defaultKeys } from '../../../../sandbox';
import { nameOfProcess } from '../../../support/temporaryNames';
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

  const sweep = (): Promise<void> =>
    removeLeftovers({ folder: recordFolder, remove: removeRecorded }, silentLog);
  const reserve = () => recordTemporaryFile(recordFolder, folder, silentLog);

  /** A record as a process that has ended leaves it, and its file. @returns the path of the record */
  async function leave({ random = '0123456789abcdef', text = folder } = {}): Promise<string> {
    const record = path.join(recordFolder, nameOfProcess(deadPid, random));
    await mkdir(recordFolder, { recursive: true });
    await writeFile(record, text);
    await writeFile(path.join(folder, `.edas-download-${random}.part`), 'half');
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
      await sweep();
      assert.equal((await readdir(folder)).length, 1);
      running.kill('SIGKILL');
      await exitOf(running);
      await sweep();
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

  it('is left alone while it is used', async () => {
    const file = await reserve();
    await writeFile(file.path, 'half');
    await sweep();
    assert.equal(await readFile(file.path, 'utf8'), 'half');
    await rm(file.path);
    await file.release();
    assert.deepEqual(await readdir(recordFolder), []);
  });

  it('stays recorded when it could not be removed', async () => {
    const file = await reserve();
    await writeFile(file.path, 'half');
    await file.release();
    assert.equal((await readdir(recordFolder)).length, 1);
  });

  it('is the only thing that is removed: neither other files nor what a link leads to', async () => {
    const random = '00112233445566ff';
    const record = await leave({ random });
    const mine = path.join(root, 'mine.jar');
    await writeFile(mine, 'mine');
    const temporary = path.join(folder, `.edas-download-${random}.part`);
    await rm(temporary);
    await symlink(mine, temporary);
    for (const name of ['.edas-download-ffffffffffffffff.part', 'a.jar', 'a.jar.1234.part']) {
      await writeFile(path.join(folder, name), 'not recorded');
    }
    await sweep();
    assert.equal(await readFile(mine, 'utf8'), 'mine');
    assert.equal((await readdir(folder)).length, 3);
    assert.ok(!(await readdir(recordFolder)).includes(path.basename(record)));
  });

  for (const [what, text] of [
    ['is empty', ''],
    ['names a relative folder', 'target'],
  ] as const) {
    it(`is not looked for when its record ${what}, which is dropped`, async () => {
      await leave({ text });
      await sweep();
      assert.deepEqual(await readdir(recordFolder), []);
      assert.equal((await readdir(folder)).length, 1);
    });
  }

  it('in a folder that does not exist is forgotten after a week', async () => {
    const record = await leave({ text: path.join(root, 'gone') });
    await sweep();
    assert.equal((await readdir(recordFolder)).length, 1);
    const old = Date.now() / 1000 - 8 * 24 * 3600;
    await utimes(record, old, old);
    await sweep();
    assert.deepEqual(await readdir(recordFolder), []);
  });

  it('on a drive that is not connected is removed when the drive is back', async () => {
    await leave();
    await rm(folder, { recursive: true });
    await sweep();
    assert.equal((await readdir(recordFolder)).length, 1);
    await mkdir(folder);
    await leave();
    await sweep();
    assert.deepEqual(await readdir(folder), []);
  });

  it('has a name that is short whatever the file is called, and a record that only its owner reads', async () => {
    const file = await reserve();
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
    const file = await reserve();
    assert.equal(path.dirname(file.path), folder);
    await file.release();
    await sweep();
  });
});

function exitOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once('exit', resolve));
}
