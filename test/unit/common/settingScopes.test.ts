import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

interface Manifest {
  readonly contributes: {
    readonly configuration: {
      readonly properties: Readonly<
        Record<string, { readonly scope?: string; readonly default?: unknown }>
      >;
    };
  };
  readonly capabilities: {
    readonly untrustedWorkspaces: {
      readonly supported: unknown;
      readonly description: string;
      readonly restrictedConfigurations: readonly string[];
    };
  };
}

/** Scopes that a workspace cannot set. */
const userScopes = ['application', 'machine'];

describe('Settings in package.json', () => {
  let manifest: Manifest;
  before(async () => {
    manifest = JSON.parse(await readFile('package.json', 'utf8')) as Manifest;
  });
  const scopes = () =>
    Object.entries(manifest.contributes.configuration.properties).map(
      ([name, { scope = 'window' }]) => [name, scope] as const,
    );

  it('do not let a workspace change where, when or how requests are made', () => {
    const names = scopes()
      .filter(([, scope]) => !userScopes.includes(scope))
      .map(([name]) => name);
    assert.deepEqual(names.sort(), [
      'edasPackages.menus.editorTab',
      'edasPackages.menus.explorer',
      'edasPackages.objectKeyTemplate',
      'edasPackages.zip.exclude',
      'edasPackages.zip.links',
    ]);
  });

  it('are restricted in untrusted workspaces exactly if a workspace can set them', () => {
    const { supported, description, restrictedConfigurations } =
      manifest.capabilities.untrustedWorkspaces;
    assert.equal(supported, 'limited');
    assert.ok(description);
    assert.deepEqual(
      [...restrictedConfigurations].sort(),
      scopes()
        .filter(([, scope]) => !userScopes.includes(scope))
        .map(([name]) => name)
        .sort(),
    );
  });

  it('all have a default', () => {
    const { properties } = manifest.contributes.configuration;
    for (const [name, setting] of Object.entries(properties)) {
      assert.notEqual(setting.default, undefined, name);
    }
  });
});
