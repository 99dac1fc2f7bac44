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

/** Context keys that the extension sets. */
async function readContextKeys(): Promise<readonly string[]> {
  const names = (await readdir('src', { recursive: true })).filter((name) => name.endsWith('.ts'));
  const sources = await Promise.all(names.map((name) => readFile(`src/${name}`, 'utf8')));
  return sources.flatMap((source) =>
    [...source.matchAll(/setContext\('([^']+)'/g)].map(([, key]) => key!),
  );
}

describe('Walkthrough', () => {
  let manifest: Manifest;
  let steps: readonly Step[];
  let commands: readonly string[];

  before(async () => {
    manifest = JSON.parse(await readFile('package.json', 'utf8')) as Manifest;
    steps = manifest.contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
    commands = [...manifest.contributes.commands.map(({ command }) => command), ...builtIn];
  });

  it('completes its steps on existing commands, views and context keys', async () => {
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
    it(`has a button with an existing command in each step, in ${file}`, async () => {
      const texts = JSON.parse(await readFile(file, 'utf8')) as Readonly<Record<string, string>>;
      for (const { description } of steps) {
        const text = texts[description.replaceAll('%', '')] ?? '';
        const linked = [...text.matchAll(/\(command:([^)?]+)/g)].map(
          ([, command]) => command ?? '',
        );
        // Only a link that has a line to itself is shown as a button.
        assert.match(text, /^\[[^\]]+\]\(command:[^)]+\)$/m);
        assert.deepEqual(
          linked.filter((command) => !commands.includes(command)),
          [],
        );
      }
    });
  }

  it('shows each of its images, which use only theme colors', async () => {
    const files = (await readdir('media/walkthrough')).map((name) => `media/walkthrough/${name}`);
    assert.deepEqual(steps.map(({ media }) => media.svg).sort(), files.sort());
    for (const file of files) {
      const image = await readFile(file, 'utf8');
      const colors = [...image.matchAll(/\b(?:fill|stroke)="([^"]+)"/g)].map(([, value]) => value);
      assert.ok(colors.length > 0, file);
      for (const color of colors) assert.match(color ?? '', /^(none|var\(--vscode-[^#]+\))$/, file);
      assert.doesNotMatch(image, /<(script|style|image|foreignObject)|\bstyle=|href=/, file);
    }
  });
});
