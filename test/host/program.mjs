// Runs a program to its end, also a .cmd of Windows, which starts in a shell only.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ shell?: boolean }} [options] default: on Windows only (CVE-2024-27980)
 * @returns {Promise<{ stdout: string, stderr: string }>}
 * @throws when it ends with another code than 0
 */
export function runProgram(program, args, { shell = process.platform === 'win32' } = {}) {
  // With a shell Node joins program and arguments as they are: a path with a space would fall into two.
  const quoted = (text) => (shell ? `"${text}"` : text);
  return promisify(execFile)(quoted(program), args.map(quoted), { shell });
}
