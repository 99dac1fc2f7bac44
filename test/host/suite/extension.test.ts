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
    assert.ok(found, 'VS Code does not know the extension');
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

  it('shows its views', async () => {
    const known = await commands.getCommands(true);
    for (const { id } of manifest.contributes.views.edasPackages ?? [])
      assert.ok(known.includes(`${id}.focus`), id);
    assert.ok(known.includes('edasPackages.credential.focus'));
  });

  it('lets no workspace redirect a signed request', () => {
    const { properties } = manifest.contributes.configuration;
    for (const name of ['endpoint', 'network'])
      assert.match(
        properties[`edasPackages.${name}`]?.scope ?? '',
        /^(application|machine)$/,
        name,
      );
  });

  it('has asked the network for nothing', async () => {
    await extension.activate();
    assert.doesNotMatch(await networkTap(), /aliyuncs\.com/);
  });

  it('would have been caught asking', async () => {
    const request = get('https://edas.cn-hangzhou.aliyuncs.com/');
    // The tap leads nowhere: it refuses, which proxy agents tell in one way or the other.
    await new Promise((resolve) => request.once('error', resolve).once('response', resolve));
    request.destroy();
    assert.match(await networkTap(), /^CONNECT edas\.cn-hangzhou\.aliyuncs\.com:443 /m);
  });
});

/** Who was asked for so far: everything that this VS Code requests passes a proxy that writes it down. */
function networkTap(): Promise<string> {
  return readFile(process.env.NETWORK_TAP!, 'utf8');
}
