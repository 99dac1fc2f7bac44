// Reads the package that VS Code installs: a ZIP.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { openPromise } from 'yauzl';

/**
 * @param {string} file
 * @returns {Promise<Map<string, Buffer>>} the contents by path, without folders
 */
export async function readVsix(file) {
  const zip = await openPromise(file);
  const contents = new Map();
  for await (const entry of zip.eachEntry()) {
    if (!entry.fileName.endsWith('/')) {
      contents.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
    }
  }
  return contents;
}

/**
 * @param {string} file
 * @param {string} folder is made
 */
export async function unpackVsix(file, folder) {
  for (const [name, content] of await readVsix(file)) {
    const target = path.join(folder, name);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, content);
  }
}
