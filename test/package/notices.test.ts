import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { root, vsix } from '../host/locations.mjs';
import { readVsix } from './vsix.mjs';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

const json = async (...segments: string[]): Promise<unknown> =>
  JSON.parse(await readFile(path.join(root, ...segments), 'utf8'));

describe('Third-party notices', () => {
  let notices = '';
  let dependencies: readonly string[];
  /** Folders of the bundled packages, from the source maps of the published code. */
  let bundled: readonly string[];

  before(async () => {
    const contents = await readVsix(vsix);
    const text = (name: string): string =>
      contents.get(`extension/${name}`)?.toString('utf8') ?? '';
    notices = text('dist/ThirdPartyNotices.txt');
    dependencies = Object.keys((JSON.parse(text('package.json')) as Manifest).dependencies);
    const scripts = [...contents.keys()].filter((name) => name.endsWith('.mjs'));
    assert.ok(scripts.length > 0);
    const sources = await Promise.all(
      scripts.map(async (name) => {
        const map = await json(`${path.posix.relative('extension', name)}.map`);
        return (map as { readonly sources: readonly string[] }).sources;
      }),
    );
    const folders = sources
      .flat()
      .map((source) => /node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(source)?.[0]);
    bundled = [...new Set(folders.filter((folder) => folder !== undefined))];
    assert.ok(bundled.length > 0);
  });

  it('name each bundled package with its version, and no other', async () => {
    const titles = await Promise.all(
      bundled.map(async (folder) => {
        const { name, version } = (await json(folder, 'package.json')) as Manifest;
        return `${name} ${version}`;
      }),
    );
    const named = [...notices.matchAll(/^-{80}\n(\S+ \S+) \(.+\)$/gm)].map(([, title]) => title!);
    assert.deepEqual(named.sort(), titles.sort());
  });

  it('contain a copyright and a permission for each package', () => {
    const parts = notices.split(/^-{80}$/m).slice(1);
    assert.equal(parts.length, bundled.length);
    for (const part of parts) {
      assert.match(part, /^\(?Copyright /im);
      assert.match(part, /^Permission (is hereby granted|to use, copy, modify)/m);
    }
  });

  it('contain the full text of every license file of the bundled packages', async () => {
    const normalize = (text: string): string => text.replace(/\s+/g, ' ').trim();
    const all = normalize(notices);
    for (const folder of bundled) {
      const files = await readdir(path.join(root, folder));
      for (const file of files.filter((name) => /^(licen[cs]e|copying|notice)/i.test(name))) {
        const text = normalize(await readFile(path.join(root, folder, file), 'utf8'));
        assert.ok(all.includes(text), `${folder}/${file}`);
      }
    }
  });

  it('cover only production dependencies, which audits check, and all of them', async () => {
    const { packages } = (await json('package-lock.json')) as {
      readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
    };
    assert.deepEqual(
      bundled.filter((folder) => packages[folder]?.dev !== undefined || !packages[folder]),
      [],
    );
    assert.deepEqual(
      dependencies.filter((name) => !bundled.includes(`node_modules/${name}`)),
      [],
    );
  });
});
