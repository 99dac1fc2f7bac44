import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { Sandbox } from '../../sandbox';
import { vsix } from '../locations.mjs';
import { binary } from './binary';
import { Edas } from './edas';
import { stopAfterTests, screenshotOnFailure } from './hooks';
import { Session } from './session';

/** Bytes of the large file. */
const large = 200_000_000;
/** Limit of concurrent requests over all transfers. */
const slots = 16;
const names = Array.from(
  { length: 200 },
  (_, index) => `file-${String(index).padStart(3, '0')}.txt`,
);

/**
 * Inside the extension host VS Code replaces https, and closes connections that plain Node would keep. So they are counted
 * there. 127.0.0.2 is a loopback address that VS Code does not treat specially.
 */
describe('Connections in the extension host', () => {
  let sandbox: Sandbox;
  let session: Session;
  let edas: Edas;

  const stopAfter = stopAfterTests();
  before(async () => {
    sandbox = stopAfter(await Sandbox.start({ tls: true, host: '127.0.0.2', store: 'discard' }));
    const files = Object.fromEntries(names.map((name) => [name, `The content of ${name}`]));
    session = stopAfter(
      await Session.start({
        vsix,
        environment: { NODE_EXTRA_CA_CERTS: await sandbox.writeAuthority() },
        settings: { 'edasPackages.endpoint': sandbox.edasEndpoint },
        files: { ...files, 'a-large.bin': binary(large) },
      }),
    );
    edas = new Edas(session.workbench);
    await edas.signIn(sandbox.keys[0]!);
    await session.workbench.clearToasts();
  });
  screenshotOnFailure(() => session.workbench);

  it('are reused for many parts of a 200 MB file', async () => {
    await edas.upload('a-large.bin');
    await session.workbench.toast(/Uploaded a-large\.bin .*verified by CRC-64/).waitFor();
    const parts = sandbox.requestLog.count({ operation: 'UploadPart', status: 200 });
    // None is larger than the setting `partSize`.
    assert.ok(parts >= Math.ceil(large / (8 * 1024 * 1024)), `${parts} parts`);
    console.log(`      ${sandbox.connections('oss')} connections, 200 MB in ${parts} parts`);
    // A late part that is sent a second time closes the connection of the first attempt.
    const most = Math.min(2 * slots, parts / 2);
    assert.ok(sandbox.connections('oss') <= most, `${sandbox.connections('oss')} connections`);
    await session.workbench.clearToasts();
  });

  it('stay within the limit of concurrent requests for 200 small files', async () => {
    const { workbench } = session;
    await rm(path.join(session.workspace, 'a-large.bin'));
    await workbench.file('a-large.bin').waitFor({ state: 'detached' });
    const before = sandbox.connections('oss');
    await workbench.file(names[0]!).click();
    await session.page.keyboard.press('ControlOrMeta+A');
    await workbench.contextMenu(workbench.file(names[0]!), 'Upload to EDAS Package Prefix');
    await workbench.toast(/Uploaded 200 files .*all verified by CRC-64/).waitFor();
    assert.equal(sandbox.objects.list(sandbox.keyPrefix).length, 201);
    const made = sandbox.connections('oss') - before;
    console.log(`      ${made} new connections, 200 files`);
    assert.ok(made <= slots, `${made} connections`);
  });
});
