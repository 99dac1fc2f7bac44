import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { collect } from '../../../../l10n/texts.mjs';

const read = async (file: string): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'));

describe('texts that people read', () => {
  it('are plain literals that can be collected, and the bundle has them all', async () => {
    const { texts, odd } = await collect(process.cwd());
    assert.deepEqual(odd, []);
    assert.deepEqual(
      Object.keys((await read('l10n/bundle.l10n.json')) as object).sort(),
      texts,
      'node l10n/collect.mjs writes the bundle anew',
    );
  });

  it('of the manifest are all there, and none is left over', async () => {
    const manifest = await readFile('package.json', 'utf8');
    const named = [...manifest.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);
    const given = Object.keys((await read('package.nls.json')) as object);
    assert.deepEqual([...new Set(named)].sort(), given.sort());
  });

  it('name each command of the manifest once, and each is one that the code registers', async () => {
    const { commandIds } = await import('../../../../src/common/vscode/commandIds');
    const { contributes } = (await read('package.json')) as {
      readonly contributes: { readonly commands: readonly { readonly command: string }[] };
    };
    assert.deepEqual(
      contributes.commands.map(({ command }) => command).sort(),
      Object.values(commandIds).sort(),
    );
  });
});
