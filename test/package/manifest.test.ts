import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { vsix } from '../host/locations.mjs';
import { readVsix } from './vsix.mjs';

interface MenuItem {
  readonly command: string;
  readonly when?: string;
}
interface Contributions {
  readonly commands: readonly { readonly command: string }[];
  readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
}

/** These hand the thing that was clicked to the command; the others hand it nothing. */
const menusOfThings = ['view/item/context', 'explorer/context', 'editor/title/context'];

/** In no menu: the row of the Packages view that loads more hands over its folder, the status bar offers actions. */
const ofOnePlace = ['edasPackages.loadMorePackages', 'edasPackages.showActions'];

/** From the palette, these prompt for the deployment. */
const promptingCommands = [
  'edasPackages.abortDeployment',
  'edasPackages.confirmBatch',
  'edasPackages.rollBackDeployment',
];

describe('The packaged manifest', () => {
  let contributes: Contributions;

  before(async () => {
    const manifest = (await readVsix(vsix)).get('extension/package.json')?.toString('utf8') ?? '';
    ({ contributes } = JSON.parse(manifest) as { contributes: Contributions });
  });

  it('hides from the palette just the commands that need an argument, or belong to one place', () => {
    const { commandPalette = [], ...menus } = contributes.menus;
    const inMenus = (isWanted: (menu: string) => boolean): readonly string[] =>
      Object.entries(menus)
        .filter(([menu]) => isWanted(menu))
        .flatMap(([, items]) => items.map(({ command }) => command));
    const withThing = inMenus((menu) => menusOfThings.includes(menu));
    const withNothing = inMenus((menu) => !menusOfThings.includes(menu));
    const expected = contributes.commands
      .map(({ command }) => command)
      .filter(
        (command) =>
          !promptingCommands.includes(command) &&
          (ofOnePlace.includes(command) ||
            (withThing.includes(command) && !withNothing.includes(command))),
      );
    const hidden = commandPalette
      .filter(({ when }) => when === 'false')
      .map(({ command }) => command);
    assert.ok(hidden.length > ofOnePlace.length);
    assert.deepEqual([...hidden].sort(), [...expected].sort());
  });

  for (const [menu, setting] of [
    ['explorer/context', 'edasPackages.menus.explorer'],
    ['editor/title/context', 'edasPackages.menus.editorTab'],
  ] as const) {
    it(`leaves the menu ${menu} when ${setting} says so`, () => {
      const items = contributes.menus[menu] ?? [];
      assert.ok(items.length > 0);
      for (const { command, when = '' } of items) {
        for (const alternative of when.split('||')) {
          const conditions = alternative.split('&&').map((condition) => condition.trim());
          assert.ok(conditions.includes(`config.${setting}`), `${command}: ${when}`);
        }
      }
    });
  }
});
