// Which VS Code runs the tests: one that is named, one that can be downloaded, or the browser-hosted one.
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { browserHostRuns } from './install.mjs';
import { hostFolder, root } from './locations.mjs';

/** Starts the browser-hosted VS Code by the arguments of a desktop one. */
const launcher = path.join(hostFolder, 'code.mjs');

/** Without an answer for so long a download counts as failed, in milliseconds. */
const downloadTimeout = 15_000;

/**
 * @param {(line: string) => void} [say]
 * @returns {Promise<string>} what test-electron calls `vscodeExecutablePath`
 * @throws where no VS Code can be had, with a sentence that says how to name one
 */
export async function anyVSCode(say) {
  if (process.env.VSCODE_EXECUTABLE) return namedDesktop();
  if (browserHostRuns && !hasDisplay()) return launcher;
  try {
    return await desktop();
  } catch (error) {
    if (!browserHostRuns) throw error;
    say?.(`${error.message} The browser-hosted one takes its place.`);
    return launcher;
  }
}

/**
 * The program of a desktop VS Code: the one that VSCODE_EXECUTABLE names, else the one whose `code` is on the PATH, else
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
      'A desktop VS Code could not be downloaded. Name one in the environment: VSCODE_EXECUTABLE=path.',
      { cause },
    );
  }
}

function namedDesktop() {
  const program = process.env.VSCODE_EXECUTABLE;
  if (!existsSync(program)) throw new Error(`VSCODE_EXECUTABLE is not there: ${program}`);
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
