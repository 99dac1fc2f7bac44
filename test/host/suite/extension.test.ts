import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { get } from 'node:https';
import { commands, extensions, type Extension } from 'vscode';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly configuration: {
      readonly properties: Readonly<Record<string, { readonly scope?: string }>>;
    };
  };
}

describe('The extension', () => {
  let extension: Extension<unknown>;
  let manifest: Manifest;

  before(() => {
    const found = extensions.getExtension('edas-tools.edas-package-storage');
    assert.ok(found, 'the extension is installed');
    extension = found;
    manifest = found.packageJSON as Manifest;
  });

  it('activates', async () => {
    await extension.activate();
    assert.ok(extension.isActive);
  });

  it('has a handler for each command of its manifest, and no other', async () => {
    await extension.activate();
    const views = Object.values(manifest.contributes.views).flat();
    const known = (await commands.getCommands(true)).filter(
      (id) => id.startsWith('edasPackages.') && !views.some((view) => id.startsWith(`${view.id}.`)),
    );
    const declared = manifest.contributes.commands.map(({ command }) => command);
    assert.deepEqual(known.sort(), declared.sort());
  });

  it('registers its views', async () => {
    const known = await commands.getCommands(true);
    for (const { id } of manifest.contributes.views.edasPackages ?? [])
      assert.ok(known.includes(`${id}.focus`), id);
    assert.ok(known.includes('edasPackages.credential.focus'));
  });

  it('lets no workspace setting redirect a signed request', () => {
    const { properties } = manifest.contributes.configuration;
    for (const name of ['endpoint', 'network'])
      assert.match(
        properties[`edasPackages.${name}`]?.scope ?? '',
        /^(application|machine)$/,
        name,
      );
  });

  it('sends no request to Alibaba Cloud before the sign-in', async () => {
    await extension.activate();
    assert.doesNotMatch(await networkTap(), /aliyuncs\.com/);
  });

  it('would have been recorded if it had sent a request', async () => {
    const request = get('https://edas.cn-hangzhou.aliyuncs.com/');
    // The proxy rejects all requests; depending on the proxy agent that is an error or a response.
    await new Promise((resolve) => request.once('error', resolve).once('response', resolve));
    request.destroy();
    assert.match(await networkTap(), /^CONNECT edas\.cn-hangzhou\.aliyuncs\.com:443 /m);
  });
});

/** The requests so far: this VS Code sends all of them through a proxy that records them. */
function networkTap(): Promise<string> {
  return readFile(process.env.NETWORK_TAP!, 'utf8');
}
