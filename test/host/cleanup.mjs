// Stops processes and removes folders when this process ends, even after Ctrl-C or a crash.
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** @type {Set<() => void>} */
const pending = new Set();
let listening = false;

/** @type {(code: number) => void} */
let interrupted = (code) => process.exit(code);

/**
 * @param {() => void} action runs when this process ends; must be synchronous
 * @returns {() => void} unregisters the action
 */
export function atExit(action) {
  listen();
  pending.add(action);
  return () => void pending.delete(action);
}

/**
 * A new folder under the system's temporary folder.
 *
 * @param {string} name prefix of the folder's name
 * @returns {Promise<{ path: string, remove(): Promise<void> }>}
 */
export async function temporaryFolder(name) {
  const folder = await mkdtemp(path.join(os.tmpdir(), `${name}-`));
  const options = { recursive: true, force: true, maxRetries: 5, retryDelay: 200 };
  const forget = atExit(() => rmSync(folder, options));
  return {
    path: folder,
    async remove() {
      await rm(folder, options);
      forget();
    },
  };
}

/**
 * From now on Ctrl-C and similar signals do not end this process, but resolve the promise; a second signal ends it.
 *
 * @returns {Promise<void>}
 */
export function untilInterrupted() {
  listen();
  return new Promise((resolve) => {
    interrupted = () => {
      interrupted = (code) => process.exit(code);
      resolve();
    };
  });
}

function listen() {
  if (listening) return;
  listening = true;
  process.once('exit', () => {
    // The last one first: a process ends before its folder is removed.
    for (const action of [...pending].reverse()) {
      try {
        action();
      } catch {
        // Continue with the other actions.
      }
    }
  });
  for (const [signal, number] of [
    ['SIGHUP', 1],
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ]) {
    process.on(signal, () => interrupted(128 + number));
  }
}
