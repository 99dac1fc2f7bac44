// Needs nothing but Node: this runs on a fresh clone, before `npm ci`.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { npm } from './npm.mjs';

const root = path.join(import.meta.dirname, '..');

/**
 * Installs what package-lock.json names, when something of it is missing or of another version.
 *
 * @param {(line: string) => void} say told what happens, when something does
 */
export async function ensureDependencies(say) {
  const wanted = await packagesIn('package-lock.json');
  const installed = await packagesIn(path.join('node_modules', '.package-lock.json')); // npm keeps it
  const missing = Object.entries(wanted).some(
    ([place, { version, optional }]) =>
      place !== '' && !optional && installed[place]?.version !== version,
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
