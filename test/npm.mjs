// Runs npm with Node directly, so that no shell is needed and it works on Windows, too.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<void>}
 * @throws when npm's exit code is not 0; the message ends with npm's output
 */
export function npm(args, { cwd, env = {} }) {
  const [command, ...first] = npmProgram();
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    }
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0
        ? resolve()
        : reject(new Error(`npm ${args.join(' ')} ended with ${code} in ${cwd}\n${output.trim()}`)),
    );
  });
}

/** @returns {[string, ...string[]]} the program and its first arguments */
export function npmProgram() {
  const beside = path.dirname(process.execPath);
  const scripts = [
    process.env.npm_execpath ?? '', // set when npm runs this script
    path.join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'), // Windows
  ];
  const script = scripts.find((file) => file.endsWith('npm-cli.js') && existsSync(file));
  return script ? [process.execPath, script] : ['npm'];
}
