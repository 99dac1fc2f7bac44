import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';

interface Step {
  readonly id: string;
  readonly description: string;
  readonly media: { readonly svg: string; readonly altText: string };
  readonly completionEvents: readonly string[];
}
interface Manifest {
  readonly contributes: {
    readonly walkthroughs: readonly { readonly steps: readonly Step[] }[];
    readonly commands: readonly { readonly command: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
  };
}

/** Commands of VS Code itself; test/host/suite runs in a VS Code that has them. */
const builtIn = [
  'workbench.action.tasks.configureTaskRunner',
  'workbench.action.tasks.runTask',
  'edasPackages.credential.focus',
];

/** Those that the extension sets. */
async function readContextKeys(): Promise<readonly string[]> {
  const names = (await readdir('src', { recursive: true })).filter((name) => name.endsWith('.ts'));
  const sources = await Promise.all(names.map((name) => readFile(`src/${name}`, 'utf8')));
  return sources.flatMap((source) =>
    [...source.matchAll(/setContext\('([^']+)'/g)].map(([, key]) => key!),
  );
}

describe('The walkthrough', () => {
  let manifest: Manifest;
  let steps: readonly Step[];
  let commands: readonly string[];

  before(async () => {
    manifest = JSON.parse(await readFile('package.json', 'utf8')) as Manifest;
    steps = manifest.contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
    commands = [...manifest.contributes.commands.map(({ command }) => command), ...builtIn];
  });

  it('has steps that are completed by what exists', async () => {
    const views = Object.values(manifest.contributes.views)
      .flat()
      .map(({ id }) => id);
    const contextKeys = await readContextKeys();
    for (const { completionEvents } of steps) {
      assert.ok(completionEvents.length > 0);
      for (const event of completionEvents) {
        const [kind, subject = ''] = event.split(':');
        const exists = {
          onCommand: commands.includes(subject),
          onView: views.includes(subject),
          onContext: contextKeys.includes(subject),
        }[kind ?? ''];
        assert.ok(exists, event);
      }
    }
  });

  for (const file of ['package.nls.json', 'package.nls.zh-cn.json']) {
    it(`has a button for each step that runs a command, in ${file}`, async () => {
      const words = JSON.parse(await readFile(file, 'utf8')) as Readonly<Record<string, string>>;
      for (const { description } of steps) {
        const text = words[description.replaceAll('%', '')] ?? '';
        const named = [...text.matchAll(/\(command:([^)?]+)/g)].map(([, command]) => command ?? '');
        // Only a link that has a line to itself is shown as a button.
        assert.match(text, /^\[[^\]]+\]\(command:[^)]+\)$/m);
        assert.deepEqual(
          named.filter((command) => !commands.includes(command)),
          [],
        );
      }
    });
  }

  it('has pictures in the colours of the theme alone, and shows each', async () => {
    const files = (await readdir('media/walkthrough')).map((name) => `media/walkthrough/${name}`);
    assert.deepEqual(steps.map(({ media }) => media.svg).sort(), files.sort());
    for (const file of files) {
      const picture = await readFile(file, 'utf8');
      const colours = [...picture.matchAll(/\b(?:fill|stroke)="([^"]+)"/g)].map(
        ([, value]) => value,
      );
      assert.ok(colours.length > 0, file);
      for (const colour of colours)
        assert.match(colour ?? '', /^(none|var\(--vscode-[^#]+\))$/, file);
      assert.doesNotMatch(picture, /<(script|style|image|foreignObject)|\bstyle=|href=/, file);
    }
  });
});
