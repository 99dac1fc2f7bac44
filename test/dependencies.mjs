// Uses Node only, because it runs on a fresh clone before `npm ci`.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { npm } from './npm.mjs';

const root = path.join(import.meta.dirname, '..');

/**
 * Installs the packages of package-lock.json when one is missing or has another version.
 *
 * @param {(line: string) => void} say receives a line for each step
 */
export async function ensureDependencies(say) {
  const wanted = await packagesIn('package-lock.json');
  const installed = await packagesIn(path.join('node_modules', '.package-lock.json')); // npm updates it
  const missing = Object.entries(wanted).some(
    ([packagePath, { version, optional }]) =>
      packagePath !== '' && !optional && installed[packagePath]?.version !== version,
  );
  if (!missing) return;
  say('Installing the dependencies (npm ci)…');
  await npm(['ci'], { cwd: root });
}

async function packagesIn(lockFile) {
  try {
    return JSON.parse(await readFile(path.join(root, lockFile), 'utf8')).packages;
  } catch {
    return {};
  }
}
