// Reads the VSIX package, which is a ZIP.
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
 * @param {string} folder is created
 */
export async function unpackVsix(file, folder) {
  for (const [name, content] of await readVsix(file)) {
    const target = path.join(folder, name);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, content);
  }
}

/** The folder of the code in the package. */
const codeFolder = 'extension/dist/';

/**
 * @param {ReadonlyMap<string, Buffer>} contents
 * @returns {string[]} all code: loaded at startup and on demand
 */
export function codeFiles(contents) {
  return [...contents.keys()].filter(
    (name) => name.startsWith(codeFolder) && name.endsWith('.mjs'),
  );
}

/**
 * @param {ReadonlyMap<string, Buffer>} contents
 * @returns {string[]} the code that VS Code reads when the extension starts: the main module and all that it imports
 */
export function startFiles(contents) {
  const files = new Set([`${codeFolder}extension.mjs`]);
  for (const file of files) {
    const code = contents.get(file)?.toString('utf8') ?? '';
    // `import{a}from"./b.mjs"`, `import"./b.mjs"` and `export{a}from"./b.mjs"`, but not `import("./b.mjs")`.
    for (const [, imported] of code.matchAll(/\b(?:from|import)"\.\/([^"]+)"/g)) {
      files.add(codeFolder + imported);
    }
  }
  return [...files];
}

/**
 * @param {ReadonlyMap<string, Buffer>} contents
 * @param {readonly string[]} names
 */
export function sizeOf(contents, names) {
  return names.reduce((sum, name) => sum + (contents.get(name)?.length ?? Infinity), 0);
}
