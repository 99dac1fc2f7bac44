import assert from 'node:assert/strict';
import { rm, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isAbort } from '../../../../src/core/errors/catalogue';
import { fakeWindow } from '../../support/fakeWindow';
import { inWine } from '../../../windows/inWine';
import { AgentFixture } from './support/agentFixture';

const upload = 'edas_upload_package';

/** Makes a symbolic link. @returns false without the right to make links on Windows, and in Wine, which has none */
async function makeLink(target: string, link: string): Promise<boolean> {
  try {
    await symlink(target, link);
    return !inWine;
  } catch (error) {
    if (process.platform === 'win32') {
      return false;
    }
    throw error;
  }
}

describe('an upload by an agent', () => {
  let fixture: AgentFixture;
  beforeEach(async () => (fixture = await AgentFixture.start()));
  afterEach(() => fixture.stop());

  it('is confirmed with file, size, key and account, then done and told', async () => {
    const file = await fixture.write('target/app.jar', 'x'.repeat(2048));
    const input = { file: 'target/app.jar' };
    const text = await fixture.confirmation(upload, input);
    for (const expected of [
      'Upload to the EDAS package prefix?',
      `File: ${file}`,
      'Size: 2.0 KB, changed ',
      `Object key: ${fixture.keyOf('app.jar')}`,
      `Bucket: ${fixture.sandbox.bucket}`,
      'Account: ••••0001',
      'No object exists under this key.',
    ]) {
      assert.ok(text.includes(expected), `${expected} is not in:\n${text}`);
    }
    assert.doesNotMatch(text, /outside/);
    assert.equal(fixture.puts(), 0, 'sent before the confirmation');
    const result = await fixture.invoke(upload, input);
    assert.match(
      result,
      /^package: "app\.jar"\nkey: ".+\/app\.jar"\nbytes: 2048\nsentBytes: 2048$/m,
    );
    assert.match(result, /^crc64: "\d+"\nverified: true$/m);
    assert.match(
      result,
      /^next: To deploy it, call edas_deploy_package with package "app\.jar"\.$/m,
    );
    assert.equal(await fixture.contents('app.jar'), 'x'.repeat(2048));
    assert.ok(fakeWindow.progressTexts.includes('Uploading app.jar'));
  });

  it('checks its key with a new credential as soon as OSS finds the first one expired', async () => {
    await fixture.write('app.jar');
    await fixture.put('app.jar', 'old');
    const { issuer, requestLog } = fixture.sandbox;
    issuer.expire();
    assert.match(await fixture.confirmation(upload, { file: 'app.jar' }), /already exists/);
    assert.equal(requestLog.count({ operation: 'HeadObject' }), 2);
  });

  it('is not done without a confirmation', async () => {
    await fixture.write('app.jar');
    assert.match(
      await fixture.invoke(upload, { file: 'app.jar' }),
      /^error: agent\.notConfirmed$/m,
    );
    assert.equal(fixture.puts(), 0);
  });

  it('is not done a second time for one confirmation', async () => {
    await fixture.write('app.jar');
    await fixture.call(upload, { file: 'app.jar' });
    assert.match(
      await fixture.invoke(upload, { file: 'app.jar' }),
      /^error: agent\.notConfirmed$/m,
    );
  });

  it('is not done under another key or with another file than was confirmed', async () => {
    await fixture.write('app.jar');
    await fixture.write('secret.txt');
    await fixture.prepare(upload, { file: 'app.jar' });
    for (const input of [
      { file: 'app.jar', key: 'other.jar' },
      { file: 'secret.txt' },
      { file: 'app.jar', overwrite: true },
    ]) {
      assert.match(await fixture.invoke(upload, input), /^error: agent\.notConfirmed$/m);
    }
    assert.equal(fixture.puts(), 0);
  });

  it('is not done when the file has changed since it was confirmed', async () => {
    const file = await fixture.write('app.jar', 'one');
    for (const change of [
      () => writeFile(file, 'other'),
      () => utimes(file, new Date(), new Date(0)),
    ]) {
      await fixture.prepare(upload, { file: 'app.jar' });
      await change();
      const result = await fixture.invoke(upload, { file: 'app.jar' });
      assert.match(result, /^error: agent\.notConfirmed\nmessage: "Nothing was done/);
    }
    assert.equal(fixture.puts(), 0);
  });

  it('goes to the key that was confirmed, though the template has a time in it', async () => {
    await fixture.write('app.jar');
    const input = { file: 'app.jar', key: 'builds/${uuid}-${fileName}' };
    const text = await fixture.confirmation(upload, input);
    const [, key = ''] = /^Object key: (.+)$/m.exec(text) ?? [];
    assert.match(key, /\/builds\/[\da-f-]{36}-app\.jar$/);
    assert.ok((await fixture.invoke(upload, input)).includes(`key: "${key}"`));
  });

  it('goes to no other account than was confirmed', async () => {
    await fixture.write('app.jar');
    await fixture.prepare(upload, { file: 'app.jar' });
    fixture.account = { ...fixture.account!, id: 'two' };
    assert.match(
      await fixture.invoke(upload, { file: 'app.jar' }),
      /^error: agent\.notConfirmed$/m,
    );
    assert.equal(fixture.puts(), 0);
  });

  describe('where an object exists already', () => {
    beforeEach(async () => {
      await fixture.write('app.jar', 'new');
      await fixture.put('app.jar', 'old');
      fixture.sandbox.requestLog.clear();
    });

    it('does not replace it, says so, and how it could', async () => {
      const text = await fixture.confirmation(upload, { file: 'app.jar' });
      assert.match(text, /^An object already exists under this key and is not replaced: 3 B, /m);
      const result = await fixture.invoke(upload, { file: 'app.jar' });
      assert.match(result, /^error: oss\.objectExists$/m);
      assert.match(
        result,
        /^next: Call this tool again with another key, or with overwrite: true/m,
      );
      assert.equal(await fixture.contents('app.jar'), 'old');
    });

    it('replaces it when that was confirmed', async () => {
      const input = { file: 'app.jar', overwrite: true };
      assert.match(
        await fixture.confirmation(upload, input),
        /^Replaces the existing object: 3 B, uploaded /m,
      );
      assert.match(await fixture.invoke(upload, input), /^verified: true$/m);
      assert.equal(await fixture.contents('app.jar'), 'new');
    });

    it('does not replace another one than was confirmed', async () => {
      const input = { file: 'app.jar', overwrite: true };
      await fixture.prepare(upload, input);
      await fixture.put('app.jar', 'of somebody else');
      assert.match(await fixture.invoke(upload, input), /^error: agent\.notConfirmed$/m);
      assert.equal(await fixture.contents('app.jar'), 'of somebody else');
    });

    it('says when that cannot be checked', async () => {
      fixture.sandbox.settings.denied = new Set(['HeadObject']);
      assert.match(
        await fixture.confirmation(upload, { file: 'app.jar', overwrite: true }),
        /^It cannot be checked whether an object exists under this key: if so, it is replaced\.$/m,
      );
      assert.match(
        await fixture.confirmation(upload, { file: 'app.jar' }),
        /^An object that exists under this key is not replaced\.$/m,
      );
    });
  });

  it('does not replace an object that was not there when it was confirmed', async () => {
    await fixture.write('app.jar', 'new');
    const input = { file: 'app.jar', overwrite: true };
    await fixture.prepare(upload, input);
    await fixture.put('app.jar', 'of somebody else');
    assert.match(await fixture.invoke(upload, input), /^error: agent\.notConfirmed$/m);
    assert.equal(await fixture.contents('app.jar'), 'of somebody else');
  });

  it('says of a file outside the workspace that it is, with its path', async () => {
    const file = path.join(fixture.outside, 'private.txt');
    await writeFile(file, 'private');
    for (const named of [file, '../private.txt']) {
      const text = await fixture.confirmation(upload, { file: named });
      assert.ok(text.includes(`File: ${file}\nThis file is outside the workspace.`), text);
    }
  });

  it('says where a link leads', async function () {
    const file = path.join(fixture.outside, 'private.txt');
    await writeFile(file, 'private');
    if (!(await makeLink(file, path.join(fixture.folder, 'app.jar')))) this.skip(); // no links here
    const text = await fixture.confirmation(upload, { file: 'app.jar' });
    assert.ok(text.includes(`File: ${file}\nThis file is outside the workspace.`), text);
    await fixture.invoke(upload, { file: 'app.jar' });
    assert.equal(await fixture.contents('app.jar'), 'private');
  });

  it('is not done with a link that leads elsewhere than was confirmed', async function () {
    await fixture.write('one.jar', 'same');
    await fixture.write('two.jar', 'same');
    const link = path.join(fixture.folder, 'app.jar');
    if (!(await makeLink('one.jar', link))) this.skip(); // no links here
    await fixture.prepare(upload, { file: 'app.jar' });
    await rm(link);
    await symlink('two.jar', link);
    assert.match(
      await fixture.invoke(upload, { file: 'app.jar' }),
      /^error: agent\.notConfirmed$/m,
    );
  });

  for (const [what, input, code] of [
    ['that is not there', { file: 'none.jar' }, 'source.notFound'],
    ['that is a folder', { file: '.' }, 'source.notAFile'],
    ['whose key would be outside', { file: 'app.jar', key: '../x' }, 'key.outsidePrefix'],
    ['whose key is of Windows', { file: 'app.jar', key: '\\x' }, 'key.badStart'],
    ['whose key has an unknown variable', { file: 'app.jar', key: '${no}' }, 'key.unknownVariable'],
  ] as const) {
    it(`of a file ${what} is not even proposed`, async () => {
      await fixture.write('app.jar');
      const { confirmation } = await fixture.prepare(upload, input);
      assert.equal(confirmation, undefined);
      assert.match(await fixture.invoke(upload, input), new RegExp(`^error: ${code}\n`));
      assert.equal(fixture.puts(), 0);
    });
  }

  it('ends when it is cancelled, and leaves nothing', async () => {
    await fixture.write('slow.jar', Buffer.alloc(3_000_000, 7));
    fixture.sandbox.faults.add(
      { operation: 'PutObject' },
      { kind: 'slow', bytesPerSecond: 20_000 },
    );
    await fixture.prepare(upload, { file: 'slow.jar' });
    const cancelled = new AbortController();
    const sending = fixture.sandbox.requestLog.when(({ operation }) => operation === 'PutObject');
    const call = fixture.invoke(upload, { file: 'slow.jar' }, cancelled.signal);
    await sending;
    cancelled.abort();
    await assert.rejects(call, isAbort);
    assert.equal(fixture.stored('slow.jar'), undefined);
  });

  it('is made once by two equal calls at a time, and both are told', async () => {
    await fixture.write('app.jar');
    const [one, two] = await Promise.all([
      fixture.call(upload, { file: 'app.jar' }),
      fixture.call(upload, { file: 'app.jar' }),
    ]);
    const results = [one, two].sort();
    assert.match(results[1]!, /^package: "app\.jar"$/m);
    assert.match(
      results[0]!,
      /^error: transfer\.busy\n|^identicalObjectExisted: true$|^error: agent\.notConfirmed\n/m,
    );
    assert.equal(await fixture.contents('app.jar'), 'app.jar');
  });
});
