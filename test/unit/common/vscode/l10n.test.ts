import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { collect } from '../../../../l10n/texts.mjs';

const read = async (file: string): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'));

describe('package.json and l10n files', () => {
  it('bundle.l10n.json has all texts of the source, which are plain literals', async () => {
    const { texts, odd } = await collect(process.cwd());
    assert.deepEqual(odd, []);
    assert.deepEqual(
      Object.keys((await read('l10n/bundle.l10n.json')) as object).sort(),
      texts,
      'npm run l10n updates the bundle',
    );
  });

  it('package.nls.json has exactly the texts that package.json uses', async () => {
    const manifest = await readFile('package.json', 'utf8');
    const used = [...manifest.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);
    const defined = Object.keys((await read('package.nls.json')) as object);
    assert.deepEqual([...new Set(used)].sort(), defined.sort());
  });

  it('package.json contributes each command that the code registers, once, and no other', async () => {
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
