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
    if (process.platform === 'win32' && (error as NodeJS.ErrnoException).code === 'EPERM') {
      return false;
    }
    throw error;
  }
}

describe('Upload by an agent', () => {
  let fixture: AgentFixture;
  beforeEach(async () => (fixture = await AgentFixture.start()));
  afterEach(() => fixture.stop());

  it('is done after a confirmation with file, size, key and account', async () => {
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

  it('checks the key with a new credential when OSS reports the first one as expired', async () => {
    await fixture.write('app.jar');
    await fixture.put('app.jar', 'old');
    const { issuer, requestLog } = fixture.sandbox;
    issuer.expire();
    assert.match(await fixture.confirmation(upload, { file: 'app.jar' }), /already exists/);
    assert.equal(requestLog.count({ operation: 'HeadObject' }), 2);
  });

  it('is rejected without a confirmation', async () => {
    await fixture.write('app.jar');
    assert.match(
      await fixture.invoke(upload, { file: 'app.jar' }),
      /^error: agent\.notConfirmed$/m,
    );
    assert.equal(fixture.puts(), 0);
  });

  it('is rejected the second time after one confirmation', async () => {
    await fixture.write('app.jar');
    await fixture.call(upload, { file: 'app.jar' });
    assert.match(
      await fixture.invoke(upload, { file: 'app.jar' }),
      /^error: agent\.notConfirmed$/m,
    );
  });

  it('is rejected with another file, key or overwrite option than confirmed', async () => {
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

  it('is rejected when the file changed after the confirmation', async () => {
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

  it('uses the confirmed key even if the template contains a random UUID', async () => {
    await fixture.write('app.jar');
    const input = { file: 'app.jar', key: 'builds/${uuid}-${fileName}' };
    const text = await fixture.confirmation(upload, input);
    const [, key = ''] = /^Object key: (.+)$/m.exec(text) ?? [];
    assert.match(key, /\/builds\/[\da-f-]{36}-app\.jar$/);
    assert.ok((await fixture.invoke(upload, input)).includes(`key: "${key}"`));
  });

  it('is rejected when the account changed after the confirmation', async () => {
    await fixture.write('app.jar');
    await fixture.prepare(upload, { file: 'app.jar' });
    fixture.account = { ...fixture.account!, id: 'two' };
    assert.match(
      await fixture.invoke(upload, { file: 'app.jar' }),
      /^error: agent\.notConfirmed$/m,
    );
    assert.equal(fixture.puts(), 0);
  });

  describe('to an existing key', () => {
    beforeEach(async () => {
      await fixture.write('app.jar', 'new');
      await fixture.put('app.jar', 'old');
      fixture.sandbox.requestLog.clear();
    });

    it('does not overwrite the object, and suggests another key or overwrite: true', async () => {
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

    it('overwrites the object when that was confirmed', async () => {
      const input = { file: 'app.jar', overwrite: true };
      assert.match(
        await fixture.confirmation(upload, input),
        /^Replaces the existing object: 3 B, uploaded /m,
      );
      assert.match(await fixture.invoke(upload, input), /^verified: true$/m);
      assert.equal(await fixture.contents('app.jar'), 'new');
    });

    it('does not overwrite an object that was replaced after the confirmation', async () => {
      const input = { file: 'app.jar', overwrite: true };
      await fixture.prepare(upload, input);
      await fixture.put('app.jar', 'changed elsewhere');
      assert.match(await fixture.invoke(upload, input), /^error: agent\.notConfirmed$/m);
      assert.equal(await fixture.contents('app.jar'), 'changed elsewhere');
    });

    it('says in the confirmation that the key cannot be checked', async () => {
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

  it('does not overwrite an object that was created after the confirmation', async () => {
    await fixture.write('app.jar', 'new');
    const input = { file: 'app.jar', overwrite: true };
    await fixture.prepare(upload, input);
    await fixture.put('app.jar', 'changed elsewhere');
    assert.match(await fixture.invoke(upload, input), /^error: agent\.notConfirmed$/m);
    assert.equal(await fixture.contents('app.jar'), 'changed elsewhere');
  });

  it('shows in the confirmation that a file is outside the workspace, with its path', async () => {
    const file = path.join(fixture.outside, 'private.txt');
    await writeFile(file, 'private');
    for (const input of [file, '../private.txt']) {
      const text = await fixture.confirmation(upload, { file: input });
      assert.ok(text.includes(`File: ${file}\nThis file is outside the workspace.`), text);
    }
  });

  it('shows the target of a symbolic link in the confirmation', async function () {
    const file = path.join(fixture.outside, 'private.txt');
    await writeFile(file, 'private');
    if (!(await makeLink(file, path.join(fixture.folder, 'app.jar')))) this.skip(); // no symbolic links on this system
    const text = await fixture.confirmation(upload, { file: 'app.jar' });
    assert.ok(text.includes(`File: ${file}\nThis file is outside the workspace.`), text);
    await fixture.invoke(upload, { file: 'app.jar' });
    assert.equal(await fixture.contents('app.jar'), 'private');
  });

  it('is rejected when a symbolic link changed after the confirmation', async function () {
    await fixture.write('one.jar', 'same');
    await fixture.write('two.jar', 'same');
    const link = path.join(fixture.folder, 'app.jar');
    if (!(await makeLink('one.jar', link))) this.skip(); // no symbolic links on this system
    await fixture.prepare(upload, { file: 'app.jar' });
    await rm(link);
    await symlink('two.jar', link);
    assert.match(
      await fixture.invoke(upload, { file: 'app.jar' }),
      /^error: agent\.notConfirmed$/m,
    );
  });

  for (const [situation, input, code] of [
    ['the file does not exist', { file: 'none.jar' }, 'source.notFound'],
    ['the path is a folder', { file: '.' }, 'source.notAFile'],
    [
      'the key is outside the package prefix',
      { file: 'app.jar', key: '../x' },
      'key.outsidePrefix',
    ],
    ['the key begins with a backslash', { file: 'app.jar', key: '\\x' }, 'key.badStart'],
    ['the key has an unknown variable', { file: 'app.jar', key: '${no}' }, 'key.unknownVariable'],
  ] as const) {
    it(`is rejected before the confirmation when ${situation}`, async () => {
      await fixture.write('app.jar');
      const { confirmation } = await fixture.prepare(upload, input);
      assert.equal(confirmation, undefined);
      assert.match(await fixture.invoke(upload, input), new RegExp(`^error: ${code}\n`));
      assert.equal(fixture.puts(), 0);
    });
  }

  it('leaves no object when it is cancelled', async () => {
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

  it('is done once when two equal calls run at the same time', async () => {
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
