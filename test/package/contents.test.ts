import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, describe, it } from 'mocha';
import { root, vsix } from '../host/locations.mjs';
import { codeFiles, readVsix, sizeOf, startFiles } from './vsix.mjs';

/** All published files except the code. */
const published = [
  '[Content_Types].xml',
  'extension.vsixmanifest',
  'extension/LICENSE.txt',
  'extension/SECURITY.md',
  'extension/changelog.md',
  'extension/dist/ThirdPartyNotices.txt',
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
  /** The code that VS Code loads at startup, and all code. */
  let start: readonly string[] = [];
  let code: readonly string[] = [];
  const text = (name: string) => contents.get(name)?.toString('utf8') ?? '';

  before(async () => {
    contents = await readVsix(vsix);
    start = startFiles(contents);
    code = codeFiles(contents);
  });

  it('contains only the code and the published files', () => {
    assert.deepEqual(
      [...contents.keys()].filter((name) => !code.includes(name)).sort(),
      [...published].sort(),
    );
    code.forEach((name) =>
      assert.match(name, /^extension\/dist\/(extension|[\w-]+-[A-Z\d]{8})\.mjs$/),
    );
  });

  it('has at most 160 KB of code to load at startup, and 530 KB in total', () => {
    const startBytes = sizeOf(contents, start);
    const allBytes = sizeOf(contents, code);
    assert.ok(startBytes <= 160 * kilobyte, `${startBytes} bytes`);
    assert.ok(allBytes <= 530 * kilobyte, `${allBytes} bytes`);
  });

  it('loads at most 4 files at startup, because each takes time', () => {
    assert.ok(start.length <= 4, start.join(', '));
  });

  it('is not larger than 300 KB', async () => {
    const { size } = await stat(vsix);
    assert.ok(size <= 300 * kilobyte, `${size} bytes`);
  });

  it('references no source map', () => {
    code.forEach((name) => assert.doesNotMatch(text(name), /sourceMappingURL/));
  });

  it('contains no path of this machine', () => {
    for (const [name, content] of contents) {
      for (const folder of [root, `${os.homedir()}/`, `${os.tmpdir()}/`]) {
        assert.ok(!content.toString('latin1').includes(folder), `${name} contains ${folder}`);
      }
    }
  });

  describe('with only Node and VS Code', () => {
    let folder = '';

    before(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), 'edas-code-'));
      const stub = path.join(folder, 'node_modules', 'vscode');
      await write(path.join(stub, 'package.json'), '{ "type": "module", "main": "stub.js" }');
      await write(path.join(stub, 'stub.js'), vscodeStub(code.map(text)));
    });
    after(() => rm(folder, { recursive: true, force: true }));

    /** Loads modules of the package in a folder with only these files. */
    const run = async (names: readonly string[], files: readonly string[]): Promise<unknown[]> => {
      const here = await mkdtemp(path.join(folder, 'run-'));
      for (const file of ['extension/package.json', ...files]) {
        await write(path.join(here, file), contents.get(file)!);
      }
      return Promise.all(
        names.map((name) => import(pathToFileURL(path.join(here, name)).href) as Promise<unknown>),
      );
    };

    it('starts with only the files that are loaded at startup', async () => {
      const [main] = await run(['extension/dist/extension.mjs'], start);
      const { activate, deactivate } = main as Record<string, unknown>;
      assert.equal(typeof activate, 'function');
      assert.equal(typeof deactivate, 'function');
    });

    it('starts in a VS Code fork without language models', () => {
      // A named import that `vscode` does not have would fail the whole module; the stub above has all names.
      for (const name of start)
        assert.doesNotMatch(
          text(name),
          /import\{[^}]*\b(?:lm|LanguageModel\w*)\b[^}]*\}from"vscode"/,
        );
      assert.match(text('extension/package.json'), /"languageModelTools"/);
    });

    it('can load each of its modules', async () => {
      assert.ok(code.length > start.length);
      assert.equal((await run(code, code)).length, code.length);
    });
  });

  it('requires the VS Code version of its type definitions', () => {
    const { engines, devDependencies } = JSON.parse(text('extension/package.json')) as {
      engines: { vscode: string };
      devDependencies: Record<string, string>;
    };
    assert.equal(engines.vscode, `^${devDependencies['@types/vscode']}`);
  });

  it('has a text for every placeholder of its manifest, and no other', () => {
    const texts = JSON.parse(text('extension/package.nls.json')) as Record<string, string>;
    const placeholders = [...text('extension/package.json').matchAll(/"%([^"%]+)%"/g)].map(
      ([, key]) => key!,
    );
    assert.ok(placeholders.length > 0);
    assert.deepEqual(
      placeholders.filter((key) => !texts[key]),
      [],
    );
    assert.deepEqual(
      Object.keys(texts).filter((key) => !placeholders.includes(key)),
      [],
      'no unused texts',
    );
  });
});

/** A stub of VS Code's API: every export can be called, extended, and has every property. */
function vscodeStub(code: readonly string[]): string {
  const imports = code.flatMap((text) => [...text.matchAll(/\bimport\{([^}]+)\}from"vscode"/g)]);
  const names = imports.flatMap(([, list]) => list!.split(',').map((name) => name.split(' ')[0]!));
  return [
    `const anything = new Proxy(Object, {
      get: (target, name) => (name === 'prototype' ? target.prototype : anything),
    });`,
    ...[...new Set(names)].map((name) => `export const ${name} = anything;`),
  ].join('\n');
}

async function write(file: string, content: string | Buffer): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}
