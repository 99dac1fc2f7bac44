import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import os from 'node:os';
import { before, describe, it } from 'mocha';
import { root, vsix } from '../host/locations.mjs';
import { readVsix } from './vsix.mjs';

/** What is published, and nothing else. */
const published = [
  '[Content_Types].xml',
  'extension.vsixmanifest',
  'extension/LICENSE.txt',
  'extension/changelog.md',
  'extension/dist/extension.js',
  'extension/l10n/bundle.l10n.zh-cn.json',
  'extension/media/icon.png',
  'extension/media/packages.svg',
  'extension/media/walkthrough/credential.svg',
  'extension/media/walkthrough/sign-in.svg',
  'extension/media/walkthrough/task.svg',
  'extension/media/walkthrough/upload.svg',
  'extension/package.json',
  'extension/package.nls.json',
  'extension/package.nls.zh-cn.json',
  'extension/readme.md',
];

const kilobyte = 1024;

describe('The packaged extension', () => {
  let contents = new Map<string, Buffer>();
  const text = (name: string) => contents.get(name)?.toString('utf8') ?? '';

  before(async () => {
    contents = await readVsix(vsix);
  });

  it('holds just what is published', () => {
    assert.deepEqual([...contents.keys()].sort(), [...published].sort());
  });

  // The main job alone fitted in 200 KB. With transfers, accounts, packages and tasks in the one file this is what
  // it has grown to: no more than that.
  it('holds a bundle of at most 360 KB', () => {
    const size = contents.get('extension/dist/extension.js')?.length ?? Infinity;
    assert.ok(size <= 360 * kilobyte, `${size} bytes`);
  });

  it('is at most 300 KB', async () => {
    const { size } = await stat(vsix);
    assert.ok(size <= 300 * kilobyte, `${size} bytes`);
  });

  it('names no source map', () => {
    assert.doesNotMatch(text('extension/dist/extension.js'), /sourceMappingURL/);
  });

  it('names no path of this machine', () => {
    for (const [name, content] of contents) {
      for (const folder of [root, `${os.homedir()}/`, `${os.tmpdir()}/`]) {
        assert.ok(!content.toString('latin1').includes(folder), `${name} names ${folder}`);
      }
    }
  });

  it('has a bundle that needs nothing but VS Code and Node', () => {
    const required = [
      ...text('extension/dist/extension.js').matchAll(/\brequire\("([^"]+)"\)/g),
    ].map(([, name]) => name!);
    assert.ok(required.includes('vscode'));
    const { builtinModules } = process.getBuiltinModule('node:module');
    const foreign = required.filter(
      (name) => name !== 'vscode' && !builtinModules.includes(name.replace(/^node:/, '')),
    );
    assert.deepEqual(foreign, []);
  });

  it('runs in the VS Code that its types describe', () => {
    const { engines, devDependencies } = JSON.parse(text('extension/package.json')) as {
      engines: { vscode: string };
      devDependencies: Record<string, string>;
    };
    assert.equal(engines.vscode, `^${devDependencies['@types/vscode']}`);
  });

  it('has words for every placeholder of its manifest', () => {
    const words = JSON.parse(text('extension/package.nls.json')) as Record<string, string>;
    const placeholders = [...text('extension/package.json').matchAll(/"%([^"%]+)%"/g)].map(
      ([, key]) => key!,
    );
    assert.ok(placeholders.length > 0);
    assert.deepEqual(
      placeholders.filter((key) => !words[key]),
      [],
    );
    assert.deepEqual(
      Object.keys(words).filter((key) => !placeholders.includes(key)),
      [],
      'words that nobody reads',
    );
  });
});
