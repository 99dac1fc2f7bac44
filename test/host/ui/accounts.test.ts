import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { before, beforeEach, describe, it } from 'mocha';
import { Sandbox, type SandboxKey } from '../../sandbox';
import { temporaryFolder } from '../cleanup.mjs';
import { vsix } from '../locations.mjs';
import { Edas } from './edas';
import { endAfterwards, photographFailures } from './hooks';
import { Session } from './session';
import type { Workbench } from './workbench';

/** One person with several accounts, each test going on where the one before ended. */
describe('Accounts', () => {
  let sandbox: Sandbox;
  let session: Session;
  let workbench: Workbench;
  let edas: Edas;
  let home: string;

  const ending = endAfterwards();
  before(async () => {
    const folder = await temporaryFolder('edas-home');
    ending({ stop: () => folder.remove() });
    home = folder.path;
    await mkdir(path.join(home, '.alibabacloud'));
    await writeFile(
      path.join(home, '.alibabacloud', 'credentials'),
      '[default\ntype = access_key\naccess_key_secret = markedContentsOfTheFile\n',
    );
    sandbox = ending(await Sandbox.start());
    await writeProfiles(sandbox.keys[0]!);
    session = ending(
      await Session.start({
        vsix,
        environment: { HOME: home },
        settings: { 'edasPackages.endpoint': sandbox.edasEndpoint },
        files: { 'app.jar': 'app' },
      }),
    );
    workbench = session.workbench;
    edas = new Edas(workbench);
  });
  photographFailures(() => session.workbench);
  beforeEach(() => sandbox.faults.clear());

  /** The Alibaba Cloud CLI's file; `work` has these keys. */
  async function writeProfiles({ id, secret }: SandboxKey): Promise<void> {
    const profiles = [
      {
        name: 'work',
        mode: 'AK',
        access_key_id: id,
        access_key_secret: secret,
        region_id: 'cn-hangzhou',
      },
      { name: 'machine', mode: 'EcsRamRole', ram_role_name: 'role' },
      { name: 'half', mode: 'AK', access_key_id: id },
    ];
    await mkdir(path.join(home, '.aliyun'), { recursive: true });
    await writeFile(
      path.join(home, '.aliyun', 'config.json'),
      JSON.stringify({ current: 'work', profiles }),
    );
  }
  const pickedRow = (label: string) =>
    workbench.quickInput.locator('.monaco-list-row').filter({ hasText: label });

  it('lists where keys may come from, what cannot be used with the reason, and no contents', async () => {
    await edas.show();
    await edas.welcomeButton.click();
    await workbench.question(/Where do the keys come from/);
    const shown = await workbench.quickInput.innerText();
    for (const part of ['Enter Keys', 'work', 'current', 'EcsRamRole', 'access_key_secret'])
      assert.ok(shown.includes(part), `${part} in ${shown}`);
    assert.match(shown, /credentials:1:1 is not valid/);
    assert.doesNotMatch(shown, /markedContents|NotForRealUse/);
    await workbench.screenshot('key-sources');
    await pickedRow('machine').click();
    await workbench.question(/Where do the keys come from/);
  });

  it('reads the keys of a profile of the CLI', async () => {
    await pickedRow('work').click();
    await edas.chooseRegion();
    await workbench.toast(/Signed in to EDAS/).waitFor();
    await workbench.clearToasts();
    assert.equal(await edas.seeFact('Account', /./), 'work');
    assert.equal(await edas.seeFact('Package prefix', /./), sandbox.keyPrefix);
  });

  it('picks up keys that were rotated there', async () => {
    await writeProfiles(sandbox.keys[1]!);
    await workbench.command('EDAS: Fetch Credential');
    await edas.show();
    await edas.seeFact('Package prefix', /117274586609$/);
  });

  it('adds a second account with a name, by temporary keys', async () => {
    const caller = sandbox.keys[4]!;
    await workbench.command('EDAS: Add Account…');
    await workbench.choose(/Where do the keys come from/, 'Enter Keys');
    await workbench.answer(/AccessKey ID of/, caller.id);
    await workbench.answer(/AccessKey secret\./, caller.secret);
    await workbench.answer(/Security token of/, caller.securityToken!);
    await workbench.answer(/Account name/, 'work');
    await workbench.question(/An account with this name already exists/);
    await workbench.answer(/An account with this name already exists/, 'guest');
    await workbench.choose(/^EDAS: Add Account[^]*Region/, 'cn-hangzhou');
    await workbench.toast(/Signed in to EDAS/).waitFor();
    await workbench.clearToasts();
    await edas.seeFact('Account', /^guest$/);
    await edas.seeFact('Package prefix', /117274586608$/);
  });

  it('switches, marks the current one, and remembers it', async () => {
    await workbench.command('EDAS: Switch Account…');
    await workbench.question(/Account to use in this window/);
    const rows = await workbench.quickInput.locator('.monaco-list-row').allInnerTexts();
    assert.match(rows.find((row) => row.includes('guest')) ?? '', /current/);
    assert.match(rows.find((row) => row.includes('profile “work”')) ?? '', /default/);
    await workbench.screenshot('switch-account');
    await pickedRow('profile “work”').click();
    await edas.seeFact('Account', /^work$/);
    await edas.seeFact('Package prefix', /117274586609$/);

    await workbench.rowAction('Credential', 'Account', 'Switch Account');
    await workbench.choose(/Account to use in this window/, 'guest');
    await edas.seeFact('Account', /^guest$/);
    await session.reload();
    await edas.show();
    await edas.seeFact('Account', /^guest$/);
    await edas.seeFact('Package prefix', /117274586608$/);
  });

  it('renames without asking EDAS again', async () => {
    const credentialRequests = sandbox.requestLog.count({
      operation: 'GetPackageStorageCredential',
    });
    await workbench.command('EDAS: Rename Account…');
    await workbench.choose(/Select an account/, 'guest');
    await workbench.answer(/Account name/, 'visitor');
    await edas.seeFact('Account', /^visitor$/);
    assert.equal(
      sandbox.requestLog.count({ operation: 'GetPackageStorageCredential' }),
      credentialRequests,
    );
    assert.equal(await edas.fact('Package prefix'), sandbox.keyPrefix);
  });

  it('edits which OSS endpoint is used, and shows no secret', async () => {
    await workbench.command('EDAS: Edit Account…');
    await workbench.choose(/Select an account/, 'visitor');
    await workbench.question(/What do you want to change/);
    const shown = await workbench.quickInput.innerText();
    assert.match(shown, /AccessKey ••••0001/);
    assert.ok(!shown.includes(sandbox.keys[4]!.secret));
    await workbench.screenshot('edit-account');
    await workbench.choose(/What do you want to change/, 'OSS endpoint');
    await workbench.choose(/should uploads go to/, 'VPC endpoint');
    await workbench.question(/What do you want to change/);
    await session.page.keyboard.press('Escape');
    await edas.seeFact('VPC endpoint (in use)', /./);
  });

  it('moves to another region once EDAS has answered there', async () => {
    await workbench.command('EDAS: Select Region…');
    await workbench.choose(/Region of “visitor”[^]*Region/, 'cn-beijing');
    await workbench.quickInput.waitFor({ state: 'hidden' });
    await edas.seeFact('Region', /cn-hangzhou/); // of the bucket, as the sandbox answers
    // The region is kept a moment after its box has closed, and the list is of the moment in which it is opened.
    await workbench.until(async () => {
      await workbench.command('EDAS: Switch Account…');
      await workbench.question(/Account to use in this window/);
      const row = await pickedRow('visitor').innerText();
      await session.page.keyboard.press('Escape');
      await workbench.quickInput.waitFor({ state: 'hidden' });
      return row.includes('Beijing');
    }, 'the account to be in Beijing');
  });

  it('asks for the keys again when they no longer work', async () => {
    sandbox.faults.add(
      { operation: 'GetPackageStorageCredential' },
      { kind: 'error', status: 400, code: 'InvalidSecurityToken.Expired' },
    );
    await workbench.command('EDAS: Fetch Credential');
    await workbench.pressInToast(
      /temporary keys \(STS\) of this account are no longer/,
      'Sign In…',
    );
    await workbench.question(/EDAS: Sign In to “visitor”/);
    await session.page.keyboard.press('Escape');
    await workbench.clearToasts();
  });

  it('asks for the keys of the account whose new region was refused, not of the current one', async () => {
    sandbox.faults.add(
      { operation: 'GetPackageStorageCredential' },
      { kind: 'error', status: 400, code: 'InvalidSecurityToken.Expired' },
    );
    await workbench.command('EDAS: Edit Account…');
    await workbench.choose(/Select an account/, 'profile “work”');
    await workbench.choose(/What do you want to change/, 'Region');
    await workbench.choose(/Region of “work”[^]*Region/, 'cn-beijing');
    await workbench.question(/What do you want to change/);
    await session.page.keyboard.press('Escape');
    await workbench.pressInToast(/are no longer/, 'Sign In…');
    await workbench.question(/EDAS: Sign In to “work”/);
    await session.page.keyboard.press('Escape');
    await workbench.clearToasts();
  });

  it('tests the connection: it works', async () => {
    await workbench.command('EDAS: Test Connection…');
    await workbench.toast(/connection for “\w+” works: .*edas-hz/).waitFor();
    await workbench.screenshot('connection-works');
    await workbench.clearToasts();
  });

  it('tests the connection: waits as told when it is throttled', async () => {
    sandbox.faults.add(
      { operation: 'GetPackageStorageCredential' },
      {
        kind: 'error',
        status: 429,
        code: 'Throttling.User',
        headers: { 'x-acs-retry-after': '2000' },
      },
    );
    await workbench.command('EDAS: Test Connection…');
    await workbench.toast(/EDAS is busy, waiting 2 s/).waitFor();
    await workbench.toast(/connection for “\w+” works/).waitFor();
    await workbench.clearToasts();
  });

  it('tests the connection: nobody listens', async () => {
    await sandbox.down('edas');
    await workbench.command('EDAS: Test Connection…');
    await workbench.toast(/connection test for .* failed while connecting to the server/).waitFor();
    await sandbox.up('edas');
    await sleep(1000); // of more than three messages in 800 ms VS Code shows only the first
    await workbench.pressInToast(/connecting to the server/, 'Test Again');
    await workbench.toast(/connection for “\w+” works/).waitFor();
    await workbench.clearToasts();
  });

  it('tests the connection: shows the permission that is missing, to be copied', async () => {
    await writeProfiles(sandbox.keys[3]!);
    await workbench.rowAction('Credential', 'Account', 'Switch Account');
    await workbench.choose(/Account to use in this window/, 'profile “work”');
    await workbench.command('EDAS: Test Connection…');
    await workbench.dialog.getByText('checking permissions').waitFor();
    await workbench.dialog.getByText('"edas:GetPackageStorageCredential"').waitFor();
    await workbench.screenshot('connection-permission');
    await workbench.pressInDialog('Copy Policy');
    await workbench.until(async () => {
      const text = await workbench.clipboard();
      return /^\{[^]*"edas:GetPackageStorageCredential"/.test(text);
    }, 'the policy on the clipboard');
    await workbench.clearToasts();
  });

  it('removes an account, and uses no other in its place', async () => {
    await workbench.command('EDAS: Remove Account…');
    await workbench.choose(/Account to remove/, 'profile “work”');
    await workbench.dialog.getByText('Its keys will not be deleted').waitFor();
    await workbench.pressInDialog('Remove');
    await edas.welcomeButton.waitFor();
    await edas.welcomeButton.click();
    await workbench.choose(/Account to use in this window/, 'visitor');
    await workbench.toast(/Signed in to EDAS/).waitFor();
    await workbench.clearToasts();
    await edas.seeFact('Account', /^visitor$/);
  });
});
