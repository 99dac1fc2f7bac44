// Needs nothing but Node: this runs on a fresh clone, before `npm ci`.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { npm } from './npm.mjs';

const root = path.join(import.meta.dirname, '..');

/**
 * Installs what package-lock.json names, when that has not been done since the lock file changed.
 *
 * @param {(line: string) => void} say told what happens, when something does
 */
export async function ensureDependencies(say) {
  const [wanted, installed] = await Promise.all([
    changed('package-lock.json'),
    changed(path.join('node_modules', '.package-lock.json')), // npm writes it last
  ]);
  if (installed >= wanted) return;
  say('Installing the dependencies (npm ci)…');
  await npm(['ci', '--ignore-scripts'], { cwd: root });
}

/** When a file changed, in milliseconds since 1970; 0 when it is not there. */
async function changed(file) {
  try {
    return (await stat(path.join(root, file))).mtimeMs;
  } catch {
    return 0;
  }
}
