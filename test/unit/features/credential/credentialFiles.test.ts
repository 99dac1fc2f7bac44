import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { silentLog } from '../../../../src/core/util/log';
import { CredentialFiles, fileLifeMs } from '../../../../src/features/credential/credentialFiles';
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
    assert.match(names[0]!, /^\d+-[0-9a-f]{32}$/);
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
});
