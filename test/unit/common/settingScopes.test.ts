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

/** Where a workspace cannot set anything. */
const personal = ['application', 'machine'];

describe('who may set what', () => {
  let manifest: Manifest;
  before(async () => {
    manifest = JSON.parse(await readFile('package.json', 'utf8')) as Manifest;
  });
  const scopes = () =>
    Object.entries(manifest.contributes.configuration.properties).map(
      ([name, { scope = 'window' }]) => [name, scope] as const,
    );

  it('no workspace decides where requests go, nor when and how they are made', () => {
    const found = new Map(scopes());
    const names = [
      'endpoint',
      'network',
      'fetchOnShow',
      'autoRenew',
      'partSize',
      'parallelParts',
      'deltaUpload',
      'api',
    ];
    for (const name of names) {
      const scope = found.get(`edasPackages.${name}`) ?? 'none';
      assert.ok(personal.includes(scope), `${name}: ${scope}`);
    }
  });

  it('what a workspace may set at all is restricted until it is trusted, and nothing else is listed', () => {
    const { supported, description, restrictedConfigurations } =
      manifest.capabilities.untrustedWorkspaces;
    assert.equal(supported, 'limited');
    assert.ok(description);
    assert.deepEqual(
      [...restrictedConfigurations].sort(),
      scopes()
        .filter(([, scope]) => !personal.includes(scope))
        .map(([name]) => name)
        .sort(),
    );
  });

  it('each setting has a default', () => {
    const { properties } = manifest.contributes.configuration;
    for (const [name, setting] of Object.entries(properties)) {
      assert.notEqual(setting.default, undefined, name);
    }
  });
});
