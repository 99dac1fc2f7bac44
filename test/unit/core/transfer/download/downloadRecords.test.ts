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
import type { DownloadProgramOptions } from './download.program';
import { DownloadFixture } from './downloadFixture';

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

  /** Creates the record and the file that a killed process leaves. @returns the path of the record */
  async function createStale({ random = '0123456789abcdef', text = folder } = {}): Promise<string> {
    const record = path.join(recordFolder, nameOfProcess(deadPid, random));
    await mkdir(recordFolder, { recursive: true });
    await writeFile(record, text);
    await writeFile(path.join(folder, `.edas-download-${random}.part`), 'incomplete');
    return record;
  }

  let deadPid: number;
  before(async () => {
    deadPid = await endedPid();
  });

  describe('of another process', () => {
    const program = path.join(import.meta.dirname, 'download.program.cjs');
    let fixture: DownloadFixture;
    const children: ChildProcess[] = [];
    // A failed test must not leave processes running.
    afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));
    before(async () => {
      fixture = await DownloadFixture.start();
      const put = { key: `${fixture.sandbox.keyPrefix}/a.jar`, forbidOverwrite: true };
      await fixture.session.use((credential) =>
        fixture.oss.putObject(
          { credential, network: 'public' },
          { ...put, body: Buffer.alloc(4 * 1024 * 1024) },
        ),
      );
    });
    after(() => fixture.stop());

    async function start(): Promise<ChildProcess> {
      const [keys] = defaultKeys;
      const options: DownloadProgramOptions = {
        endpoint: fixture.sandbox.edasEndpoint,
        accessKeyId: keys!.id,
        accessKeySecret: keys!.secret,
        key: `${fixture.sandbox.keyPrefix}/a.jar`,
        location: fixture.location,
        recordFolder,
        file: path.join(folder, 'a.jar'),
      };
      const child = fork(program, [JSON.stringify(options)]);
      children.push(child);
      await new Promise((resolve) => child.once('message', resolve));
      return child;
    }

    it('is removed when that process was killed, but not while it is running', async () => {
      const [killed, running] = await Promise.all([start(), start()]);
      const files = await readdir(folder);
      assert.equal(files.length, 2);
      killed.kill('SIGKILL');
      await exitOf(killed);
      assert.deepEqual(await readdir(folder), files);
      await sweep();
      assert.equal((await readdir(folder)).length, 1);
      running.kill('SIGKILL');
      await exitOf(running);
      await sweep();
      assert.deepEqual(await readdir(folder), []);
      assert.deepEqual(await readdir(recordFolder), []);
    });

    it('is removed before that process ends when it stops normally', async () => {
      const child = await start();
      assert.equal((await readdir(folder)).length, 1);
      child.send('stop');
      await exitOf(child);
      assert.deepEqual(await readdir(folder), []);
      assert.deepEqual(await readdir(recordFolder), []);
    });
  });

  it('is not removed while this process uses it', async () => {
    const file = await reserve();
    await writeFile(file.path, 'incomplete');
    await sweep();
    assert.equal(await readFile(file.path, 'utf8'), 'incomplete');
    await rm(file.path);
    await file.release();
    assert.deepEqual(await readdir(recordFolder), []);
  });

  it('stays recorded when it still exists on release', async () => {
    const file = await reserve();
    await writeFile(file.path, 'incomplete');
    await file.release();
    assert.equal((await readdir(recordFolder)).length, 1);
  });

  it('is the only file that is removed: neither other files nor link targets are', async () => {
    const random = '00112233445566ff';
    const record = await createStale({ random });
    const linkTarget = path.join(root, 'mine.jar');
    await writeFile(linkTarget, 'mine');
    const temporary = path.join(folder, `.edas-download-${random}.part`);
    await rm(temporary);
    await symlink(linkTarget, temporary);
    for (const name of ['.edas-download-ffffffffffffffff.part', 'a.jar', 'a.jar.1234.part']) {
      await writeFile(path.join(folder, name), 'not recorded');
    }
    await sweep();
    assert.equal(await readFile(linkTarget, 'utf8'), 'mine');
    assert.equal((await readdir(folder)).length, 3);
    assert.ok(!(await readdir(recordFolder)).includes(path.basename(record)));
  });

  for (const [defect, text] of [
    ['is empty', ''],
    ['has a relative folder', 'target'],
  ] as const) {
    it(`is not removed when its record ${defect}, and the record is deleted`, async () => {
      await createStale({ text });
      await sweep();
      assert.deepEqual(await readdir(recordFolder), []);
      assert.equal((await readdir(folder)).length, 1);
    });
  }

  it('in a folder that does not exist stays recorded for a week', async () => {
    const record = await createStale({ text: path.join(root, 'gone') });
    await sweep();
    assert.equal((await readdir(recordFolder)).length, 1);
    const old = Date.now() / 1000 - 8 * 24 * 3600;
    await utimes(record, old, old);
    await sweep();
    assert.deepEqual(await readdir(recordFolder), []);
  });

  it('on a disconnected drive is removed when the drive is connected again', async () => {
    await createStale();
    await rm(folder, { recursive: true });
    await sweep();
    assert.equal((await readdir(recordFolder)).length, 1);
    await mkdir(folder);
    await createStale();
    await sweep();
    assert.deepEqual(await readdir(folder), []);
  });

  it('has a short name, and a record that only its owner can read', async () => {
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

  it('is used even when it cannot be recorded', async () => {
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
