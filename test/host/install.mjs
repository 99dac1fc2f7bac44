// Installs what the host needs, unless it is installed already:   node test/host/install.mjs
// Two processes may run it at the same time; the second waits for the first.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { npm } from '../npm.mjs';
import { unpackChromium } from './chromium.mjs';
import { hostFolder, serverPackage, vscode } from './locations.mjs';

const stampFile = path.join(hostFolder, 'node_modules', '.installed.json');
const lockFile = path.join(hostFolder, '.installing');

/** Can the browser-hosted VS Code run here? It is made of programs for Linux x64. */
export const browserHostRuns = process.platform === 'linux' && process.arch === 'x64';

/**
 * @param {(line: string) => void} [say] receives a line for each step
 * @returns {Promise<{ outputChannels: boolean }>} outputChannels: false when the server's log writer could not be
 *   compiled here; then output channels stay empty
 */
export async function installHost(say = () => {}) {
  const wanted = await fingerprint();
  const found = await readStamp();
  if (found?.fingerprint === wanted) return found;
  await takeLock(say);
  try {
    const meanwhile = await readStamp();
    if (meanwhile?.fingerprint === wanted) return meanwhile;
    const stamp = { fingerprint: wanted, ...(await install(say)) };
    await writeFile(stampFile, JSON.stringify(stamp));
    return stamp;
  } finally {
    await rm(lockFile, { force: true });
  }
}

async function install(say) {
  if (!browserHostRuns) {
    say('Installing the JAR that the tests upload…');
    await npm(['ci', '--ignore-scripts', '--omit=dev', '--omit=optional'], { cwd: hostFolder });
    return { outputChannels: true };
  }
  say('Installing a VS Code that runs in a browser (about 800 MB, a minute)…');
  const [outputChannels] = await Promise.all([
    installServerPackage(say),
    npm(['ci', '--ignore-scripts'], { cwd: hostFolder }),
  ]);
  // The server's own lock file cannot be installed; it finds our selection of its packages through this link.
  const link = path.join(vscode, 'node_modules');
  await rm(link, { recursive: true, force: true });
  await symlink(path.relative(vscode, path.join(serverPackage, 'node_modules')), link);
  await unpackChromium();
  return { outputChannels };
}

async function installServerPackage(say) {
  await npm(['ci', '--ignore-scripts'], { cwd: serverPackage });
  return compile(say);
}

/** Compiles two native modules. Without @vscode/spdlog the server runs, but its output channels are empty. */
async function compile(say) {
  try {
    // The project's .npmrc also applies here, through the environment.
    await npm(['rebuild', '--ignore-scripts=false', '@vscode/spdlog', '@vscode/native-watchdog'], {
      cwd: serverPackage,
      env: nodeHeaders(),
    });
    return true;
  } catch {
    say('@vscode/spdlog could not be compiled here: output channels of this VS Code stay empty.');
    return false;
  }
}

/** Uses the headers of the running Node, so that node-gyp downloads none (both modules use N-API only). */
function nodeHeaders() {
  const prefix = path.resolve(process.execPath, '..', '..');
  return existsSync(path.join(prefix, 'include', 'node', 'node_api.h'))
    ? { npm_config_nodedir: prefix }
    : {};
}

async function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const folder of [hostFolder, serverPackage]) {
    hash.update(await readFile(path.join(folder, 'package-lock.json')));
  }
  return hash.digest('hex');
}

async function readStamp() {
  try {
    return JSON.parse(await readFile(stampFile, 'utf8'));
  } catch {
    return undefined;
  }
}

async function takeLock(say) {
  for (let isReported = false; ; isReported = true) {
    try {
      await writeFile(lockFile, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = Number(await readFile(lockFile, 'utf8').catch(() => ''));
    if (holder && !isRunning(holder)) {
      // Left behind by a process that was killed. Only one of the waiting processes can rename it.
      const stale = `${lockFile}.${process.pid}`;
      await rename(lockFile, stale).catch(() => {});
      await rm(stale, { force: true });
      continue;
    }
    if (!isReported) say('Another process is installing the host; waiting for it…');
    await sleep(500);
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

if (process.argv[1] && path.resolve(process.argv[1]) === import.meta.filename) {
  void installHost((line) => console.log(line));
}
