import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PartialDownload } from '../../../../../src/core/transfer/download/partialDownload';
import { fileSource } from '../../../../../src/core/transfer/source/fileSource';
import { ZipSource } from '../../../../../src/core/zip/zipSource';
import { unzip } from '../../zip/unzip';

/** Windows treats the first names as devices, and removes dots and spaces at the end, unless a path begins with `\\?\`. */
const names = [
  ...['aux.jar', 'CON', 'nul.txt', 'com1.tar.gz', 'dot.', 'dots..', 'space ', 'dot .', 'café.jar'],
  `${'n'.repeat(240)}.jar`,
];

describe('Files with names that Windows treats specially', () => {
  let top: string;
  let folder: string;
  before(async () => {
    top = await mkdtemp(path.join(os.tmpdir(), 'odd-names-'));
    folder = path.join(top, 'deep'.repeat(20), 'deeper'.repeat(20), 'deepest'.repeat(20));
    assert.ok(folder.length > 260);
    await mkdir(folder, { recursive: true });
    for (const name of names) {
      await writeFile(path.join(folder, name), `in ${name}`);
    }
  });
  after(() => rm(top, { recursive: true, force: true }));

  it('can be read, also from the URI in a checkpoint', async () => {
    for (const name of names) {
      const source = fileSource(path.join(folder, name));
      for (const each of [source, fileSource(fileURLToPath(source.uri))]) {
        const opened = await each.open();
        const bytes = Buffer.alloc(opened.size);
        await opened.read(bytes, 0);
        await opened.verifyUnchanged();
        await opened.close();
        assert.equal(bytes.toString(), `in ${name}`);
      }
    }
  });

  it('are packed into a ZIP under their names', async () => {
    const request = { paths: [folder], name: 'a.zip', excludes: [], links: 'keep' } as const;
    const opened = await new ZipSource(request, { folder: path.join(top, 'packing') }).open();
    const bytes = Buffer.alloc(opened.size);
    await opened.read(bytes, 0);
    await opened.close();
    const found = await unzip(bytes);
    assert.deepEqual([...found.keys()].sort(), [...names].sort());
  });

  it('can be written by a download', async () => {
    const target = path.join(top, 'downloads '.repeat(10), 'target.'.repeat(20));
    await mkdir(target, { recursive: true });
    for (const name of names) {
      const file = await PartialDownload.create({
        target: path.join(target, name),
        temporary: path.join(target, '.part'),
        overwrite: false,
        freeSpace: () => Promise.resolve(undefined),
      });
      await file.write(Buffer.from(name), 0);
      await file.finish();
      assert.equal(await readFile(path.join(target, name), 'utf8'), name);
    }
    assert.deepEqual((await readdir(target)).sort(), [...names].sort());
  });
});
