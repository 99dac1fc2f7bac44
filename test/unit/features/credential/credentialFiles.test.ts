import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { silentLog } from '../../../../src/core/util/log';
import { CredentialFiles, fileLifeMs } from '../../../../src/features/credential/credentialFiles';
import { withFileSystem } from '../../support/fileSystem';
import { HeldTime } from '../../support/heldTime';

describe('a file that hands the credential to a terminal', () => {
  let parent: string;
  let folder: string;
  let time: HeldTime;
  let files: CredentialFiles;

  beforeEach(async () => {
    parent = await mkdtemp(path.join(os.tmpdir(), 'edas-terminal-'));
    folder = path.join(parent, 'terminal');
    time = new HeldTime();
    files = new CredentialFiles(folder, silentLog, time.start);
  });
  afterEach(() => rm(parent, { recursive: true }));

  const written = async (text = 'secret'): Promise<string> => {
    const file = files.newPath();
    await files.write(file, text);
    return file;
  };

  it('can be read by its own user only', async function () {
    if (process.platform === 'win32') this.skip(); // its modes say nothing: the user's profile folder protects it
    const file = await written();
    assert.equal(await readFile(file, 'utf8'), 'secret');
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
  });

  it('has a name that nobody can guess, and none twice', () => {
    const names = [files.newPath(), files.newPath()].map((file) => path.basename(file));
    assert.match(names[0]!, /^[0-9a-f]{32}$/);
    assert.notEqual(names[0], names[1]);
  });

  it('is never written over something that exists', async () => {
    const file = await written();
    await assert.rejects(files.write(file, 'other'), { code: 'EEXIST' });
    assert.equal(await readFile(file, 'utf8'), 'secret');
  });

  it('is removed when no shell has read it in time', async () => {
    const file = await written();
    time.pass(fileLifeMs - 1);
    assert.ok(existsSync(file));
    time.pass(1);
    assert.ok(!existsSync(file));
  });

  it('is removed when the window closes', async () => {
    const file = await written();
    files.dispose();
    assert.ok(!existsSync(file));
  });

  it('is removed when the window closed while it was written', async () => {
    const writing = written();
    files.dispose();
    assert.ok(!existsSync(await writing));
  });

  it('may be gone already', async () => {
    const file = await written();
    await rm(file);
    files.remove(file);
    time.pass(fileLifeMs);
    assert.deepEqual(await readdir(folder), []);
  });

  it('of a window that crashed is removed at the next start; one of a window that waits is left its time', async () => {
    const [old, young] = [await written('old'), await written('young')];
    await utimes(old, 1, 1);
    const next = new CredentialFiles(folder, silentLog, time.start);
    await next.sweep();
    time.timers.forEach(({ due, fire }) => due === 0 && fire());
    assert.deepEqual(await readdir(folder), [path.basename(young)]);
    next.dispose();
    assert.ok(existsSync(young), 'it is of another window');
    files.dispose();
  });

  it('whose time lies in the future, as after a change of the clock, goes as well', async () => {
    const file = await written();
    const next = new CredentialFiles(folder, silentLog, time.start);
    await utimes(file, 9e9, 9e9);
    await next.sweep();
    time.pass(fileLifeMs);
    assert.ok(!existsSync(file));
  });

  it('is removed at the next start, also when another window removes one at that moment', async () => {
    await mkdir(folder);
    const paths = ['1', '2', '3'].map((name) => path.join(folder, name));
    await Promise.all(paths.map((file) => writeFile(file, 'secret')));
    let stats = 0;
    await withFileSystem(
      'stat',
      (file) => (++stats === 1 ? rm(String(file)) : Promise.resolve(undefined)),
      () => files.sweep(),
    );
    time.pass(fileLifeMs);
    assert.deepEqual(await readdir(folder), []);
  });

  it('needs no folder to sweep', async () => {
    await files.sweep();
    await writeFile(path.join(parent, 'other'), '');
    assert.deepEqual(await readdir(parent), ['other']);
  });
});
