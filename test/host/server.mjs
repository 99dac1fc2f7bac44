// Runs VS Code's own server, from the package code-server, on loopback.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { atExit } from './cleanup.mjs';
import { startReverseProxy } from './reverseProxy.mjs';
import { serverNode, vscode } from './locations.mjs';

/**
 * @typedef {object} Folders
 * @property {string} userData as `--user-data-dir`
 * @property {string} extensions as `--extensions-dir`
 * @property {string} server for the server's log and data
 * @property {string} [builtIn] as `--builtin-extensions-dir`, instead of VS Code's own extensions
 *
 * @typedef {object} Server
 * @property {string} authority host and port
 * @property {string} log the file with what the server printed
 * @property {() => Promise<void>} stop ends the server and all processes that it started
 */

/** The server starts within a second on an idle machine; this is for a busy one. In milliseconds. */
const startTimeout = 60_000;

/**
 * @param {object} options
 * @param {Folders} options.folders
 * @param {readonly string[]} [options.vsix] extensions to install; windows wait for them
 * @param {NodeJS.ProcessEnv} [options.env] environment variables for the extension host
 * @param {boolean} [options.requiresTrust] workspaces are not trusted until the user trusts them
 * @returns {Promise<Server>}
 */
export async function startServer({ folders, vsix = [], env, requiresTrust = false }) {
  const log = path.join(folders.server, 'server.log');
  const child = await spawnServer(
    folders,
    [
      ...['--host', '127.0.0.1', '--port', '0', '--start-server', '--force'],
      ...vsix.flatMap((file) => ['--install-extension', file]),
      ...(requiresTrust ? [] : ['--disable-workspace-trust']),
    ],
    env,
  );
  const forget = atExit(() => kill(child, 'SIGKILL'));
  const output = createWriteStream(log, { flags: 'a' });
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  let reverseProxy;
  const stop = async () => {
    await reverseProxy?.stop();
    kill(child, 'SIGTERM');
    if (child.exitCode === null && child.signalCode === null) {
      await Promise.race([once(child, 'exit'), sleep(3000, undefined, { ref: false })]);
    }
    kill(child, 'SIGKILL'); // children that are still running
    output.end();
    forget();
  };
  try {
    reverseProxy = await startReverseProxy(await boundPort(child));
    return { authority: reverseProxy.authority, log, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function spawnServer(folders, args, env = {}) {
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
  return spawn(
    serverNode,
    [
      path.join(vscode, 'out', 'server-main.js'),
      ...['--user-data-dir', folders.userData],
      ...['--extensions-dir', folders.extensions],
      ...['--server-data-dir', folders.server],
      ...(folders.builtIn ? ['--builtin-extensions-dir', folders.builtIn] : []),
      '--accept-server-license-terms',
      '--without-connection-token',
      '--disable-experiments',
      '--disable-getting-started-override',
      '--disable-telemetry',
      ...args,
    ],
    // In a process group, so that the extension host and the terminals end with it.
    {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...ownEnvironment(), TMPDIR: folders.server, ...env },
    },
  );
}

/** The environment without the variables that npm or a surrounding VS Code sets. */
function ownEnvironment() {
  const inherited = /^(npm_|VSCODE_|ELECTRON_)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name)));
}

async function boundPort(child) {
  const printed = collect(child);
  return new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`VS Code's server ${why}.\n${printed()}`));
    const timer = setTimeout(fail, startTimeout, `did not start in ${startTimeout / 1000} s`);
    child.once('exit', (code, signal) => fail(`ended with ${code ?? signal}`));
    child.once('error', reject);
    child.stdout.on('data', () => {
      const port = /Server bound to 127\.0\.0\.1:(\d+)/.exec(printed())?.[1];
      if (!port) return;
      clearTimeout(timer);
      resolve(Number(port));
    });
  });
}

function collect(child) {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  return () => text.slice(0, 8000);
}

function kill(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended already.
  }
}
