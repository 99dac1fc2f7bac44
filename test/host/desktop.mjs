// Chooses the VS Code that runs the tests: the one in VSCODE_EXECUTABLE, a downloaded one, or the browser-hosted one.
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { browserHostRuns } from './install.mjs';
import { hostFolder, root } from './locations.mjs';

/** Starts the browser-hosted VS Code with the arguments of a desktop one. */
const launcher = path.join(hostFolder, 'code.mjs');

/** Time limit for a response to the download, in milliseconds. */
const downloadTimeout = 15_000;

/**
 * @param {(line: string) => void} [say]
 * @returns {Promise<string>} the `vscodeExecutablePath` of test-electron
 * @throws when no VS Code is available; the message says how to specify one
 */
export async function anyVSCode(say) {
  if (process.env.VSCODE_EXECUTABLE) return namedDesktop();
  if (browserHostRuns && !hasDisplay()) return launcher;
  try {
    return await desktop();
  } catch (error) {
    if (!browserHostRuns) throw error;
    say?.(`${error.message} Using the browser-hosted one instead.`);
    return launcher;
  }
}

/**
 * The program of a desktop VS Code: the one in VSCODE_EXECUTABLE, else the one whose `code` is on the PATH, else
 * a downloaded one.
 *
 * @returns {Promise<string>}
 * @throws when it can be neither found nor downloaded
 */
export async function desktop() {
  if (process.env.VSCODE_EXECUTABLE) return namedDesktop();
  const installed = installedDesktop();
  if (installed) return installed;
  try {
    return await downloadAndUnzipVSCode({
      cachePath: path.join(root, '.vscode-test'),
      timeout: downloadTimeout,
    });
  } catch (cause) {
    throw new Error(
      'A desktop VS Code could not be downloaded. Set the environment variable VSCODE_EXECUTABLE to the path of one.',
      { cause },
    );
  }
}

function namedDesktop() {
  const program = process.env.VSCODE_EXECUTABLE;
  if (!existsSync(program)) throw new Error(`VSCODE_EXECUTABLE does not exist: ${program}`);
  return program;
}

function installedDesktop() {
  const [script, program] = {
    darwin: ['code', '../../../MacOS/Electron'],
    linux: ['code', '../code'],
    win32: ['code.cmd', '../Code.exe'],
  }[process.platform] ?? ['code', '../code'];
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, script))
    .filter((file) => existsSync(file))
    .map((file) => path.resolve(path.dirname(realpathSync(file)), program))
    .find((file) => existsSync(file));
}

function hasDisplay() {
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}
