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

/** These menus pass the clicked item to the command; the others pass nothing. */
const menusWithArgument = ['view/item/context', 'explorer/context', 'editor/title/context'];

/** Commands without a menu: the Load More row of the Packages view passes its folder, the status bar item shows actions. */
const commandsOfOneView = ['edasPackages.loadMorePackages', 'edasPackages.showActions'];

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

  it('hides only those commands from the palette that need an argument or belong to one view', () => {
    const { commandPalette = [], ...menus } = contributes.menus;
    const inMenus = (isWanted: (menu: string) => boolean): readonly string[] =>
      Object.entries(menus)
        .filter(([menu]) => isWanted(menu))
        .flatMap(([, items]) => items.map(({ command }) => command));
    const withArgument = inMenus((menu) => menusWithArgument.includes(menu));
    const withoutArgument = inMenus((menu) => !menusWithArgument.includes(menu));
    const expected = contributes.commands
      .map(({ command }) => command)
      .filter(
        (command) =>
          !promptingCommands.includes(command) &&
          (commandsOfOneView.includes(command) ||
            (withArgument.includes(command) && !withoutArgument.includes(command))),
      );
    const hidden = commandPalette
      .filter(({ when }) => when === 'false')
      .map(({ command }) => command);
    assert.ok(hidden.length > commandsOfOneView.length);
    assert.deepEqual([...hidden].sort(), [...expected].sort());
  });

  for (const [menu, setting] of [
    ['explorer/context', 'edasPackages.menus.explorer'],
    ['editor/title/context', 'edasPackages.menus.editorTab'],
  ] as const) {
    it(`has no item in the menu ${menu} when ${setting} is off`, () => {
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
