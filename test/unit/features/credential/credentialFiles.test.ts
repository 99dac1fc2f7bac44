import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { silentLog } from '../../../../src/core/util/log';
import { CredentialFiles, fileLifeMs } from '../../../../src/features/credential/credentialFiles';
import { withFileSystem } from '../../support/fileSystem';
import { FakeClock } from '../../support/fakeClock';

describe('Credential file for a terminal', () => {
  let parent: string;
  let folder: string;
  let clock: FakeClock;
  let files: CredentialFiles;

  beforeEach(async () => {
    parent = await mkdtemp(path.join(os.tmpdir(), 'edas-terminal-'));
    folder = path.join(parent, 'terminal');
    clock = new FakeClock();
    files = new CredentialFiles(folder, silentLog, clock.startTimer);
  });
  afterEach(() => rm(parent, { recursive: true }));

  const write = async (text = 'secret'): Promise<string> => {
    const file = files.newPath();
    await files.write(file, text);
    return file;
  };

  it('is readable only by its user', async function () {
    if (process.platform === 'win32') this.skip(); // file modes do not exist there: the user's profile folder protects it
    const file = await write();
    assert.equal(await readFile(file, 'utf8'), 'secret');
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
  });

  it('has a random and unique name', () => {
    const names = [files.newPath(), files.newPath()].map((file) => path.basename(file));
    assert.match(names[0]!, /^[0-9a-f]{32}$/);
    assert.notEqual(names[0], names[1]);
  });

  it('does not overwrite an existing file', async () => {
    const file = await write();
    await assert.rejects(files.write(file, 'other'), { code: 'EEXIST' });
    assert.equal(await readFile(file, 'utf8'), 'secret');
  });

  it('is removed after a timeout when no shell has read it', async () => {
    const file = await write();
    clock.advance(fileLifeMs - 1);
    assert.ok(existsSync(file));
    clock.advance(1);
    assert.ok(!existsSync(file));
  });

  it('is removed when the window closes', async () => {
    const file = await write();
    files.dispose();
    assert.ok(!existsSync(file));
  });

  it('is removed when the window closes while it is being written', async () => {
    const writing = write();
    files.dispose();
    assert.ok(!existsSync(await writing));
  });

  it('can be removed twice without an error', async () => {
    const file = await write();
    await rm(file);
    files.remove(file);
    clock.advance(fileLifeMs);
    assert.deepEqual(await readdir(folder), []);
  });

  it('is removed on the next start after a crash, unless it is recent and of another window', async () => {
    const [old, young] = [await write('old'), await write('young')];
    await utimes(old, 1, 1);
    const next = new CredentialFiles(folder, silentLog, clock.startTimer);
    await next.sweep();
    clock.timers.forEach(({ due, fire }) => due === 0 && fire());
    assert.deepEqual(await readdir(folder), [path.basename(young)]);
    next.dispose();
    assert.ok(existsSync(young), 'it belongs to another window');
    files.dispose();
  });

  it('is removed on the next start even if its modification time is in the future', async () => {
    const file = await write();
    const next = new CredentialFiles(folder, silentLog, clock.startTimer);
    await utimes(file, 9e9, 9e9);
    await next.sweep();
    clock.advance(fileLifeMs);
    assert.ok(!existsSync(file));
  });

  it('is removed on the next start even if another window removes one at the same time', async () => {
    await mkdir(folder);
    const paths = ['1', '2', '3'].map((name) => path.join(folder, name));
    await Promise.all(paths.map((file) => writeFile(file, 'secret')));
    let stats = 0;
    await withFileSystem(
      'stat',
      (file) => (++stats === 1 ? rm(String(file)) : Promise.resolve(undefined)),
      () => files.sweep(),
    );
    clock.advance(fileLifeMs);
    assert.deepEqual(await readdir(folder), []);
  });

  it('sweep does nothing when the folder does not exist', async () => {
    await files.sweep();
    await writeFile(path.join(parent, 'other'), '');
    assert.deepEqual(await readdir(parent), ['other']);
  });
});
