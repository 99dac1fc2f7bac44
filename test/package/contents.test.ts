import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { root, vsix } from '../host/locations.mjs';
import { readVsix } from './vsix.mjs';

/** What is published, and nothing else. */
const published = [
  '[Content_Types].xml',
  'extension.vsixmanifest',
  'extension/LICENSE.txt',
  'extension/SECURITY.md',
  'extension/changelog.md',
  'extension/dist/ThirdPartyNotices.txt',
  'extension/dist/extension.js',
  'extension/dist/onDemand.js',
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

/** The first is read at each start. */
const bundles = ['extension/dist/extension.js', 'extension/dist/onDemand.js'];

/** In the place of VS Code: whatever is asked of it, something to derive from, to call or to ask again. */
const anything: object = new Proxy(Object, {
  get: (target, name) => (name === 'prototype' ? target.prototype : anything),
});

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

  it('has at most 160 KB to read at a start, and at most 450 KB in all', () => {
    const sizes = bundles.map((name) => contents.get(name)?.length ?? Infinity);
    assert.ok(sizes[0]! <= 160 * kilobyte, `${sizes[0]} bytes`);
    assert.ok(sizes[0]! + sizes[1]! <= 450 * kilobyte, `${sizes.join(' + ')} bytes`);
  });

  it('is at most 300 KB', async () => {
    const { size } = await stat(vsix);
    assert.ok(size <= 300 * kilobyte, `${size} bytes`);
  });

  it('names no source map', () => {
    bundles.forEach((name) => assert.doesNotMatch(text(name), /sourceMappingURL/));
  });

  it('names no path of this machine', () => {
    for (const [name, content] of contents) {
      for (const folder of [root, `${os.homedir()}/`, `${os.tmpdir()}/`]) {
        assert.ok(!content.toString('latin1').includes(folder), `${name} names ${folder}`);
      }
    }
  });

  it('needs nothing but VS Code, Node and itself', () => {
    const { builtinModules } = process.getBuiltinModule('node:module');
    const known = ['vscode', './extension.js', './onDemand.js', ...builtinModules];
    for (const name of bundles) {
      const required = [...text(name).matchAll(/\brequire\("([^"]+)"\)/g)].map(([, what]) => what!);
      assert.ok(required.includes('vscode'), name);
      assert.deepEqual(
        required.filter((what) => !known.includes(what.replace(/^node:/, ''))),
        [],
      );
    }
  });

  it('loads nothing on demand before somebody asks for it', () => {
    const required: string[] = [];
    const load = createRequire(path.join(root, 'package.json'));
    const requireForIt = (name: string): unknown => {
      required.push(name);
      return name.startsWith('./') || name === 'vscode' ? anything : load(name);
    };
    const module = { exports: {} as Record<string, unknown> };
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- what is loaded is what is published
    const run = new Function('require', 'module', 'exports', text(bundles[0]!)) as (
      ...parameters: unknown[]
    ) => void;
    run(requireForIt, module, module.exports);
    assert.equal(typeof module.exports.activate, 'function');
    assert.ok(required.includes('vscode'));
    assert.ok(!required.includes('./onDemand.js'));
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
