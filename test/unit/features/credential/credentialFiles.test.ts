import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { silentLog } from '../../../../src/core/util/log';
import { CredentialFiles, fileLifeMs } from '../../../../src/features/credential/credentialFiles';
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
    assert.match(names[0]!, /^\d+-[0-9a-f]{32}$/);
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
});
