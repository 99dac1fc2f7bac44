// Runs a program and waits for its end, also a .cmd file of Windows, which needs a shell.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ shell?: boolean }} [options] default: on Windows only (CVE-2024-27980)
 * @returns {Promise<{ stdout: string, stderr: string }>}
 * @throws when its exit code is not 0
 */
export function runProgram(program, args, { shell = process.platform === 'win32' } = {}) {
  // With a shell Node joins program and arguments without quotes: a path with a space would be split.
  const quoted = (text) => (shell ? `"${text}"` : text);
  return promisify(execFile)(quoted(program), args.map(quoted), { shell });
}
