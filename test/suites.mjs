// The suites of tests that run in plain Node: which files they have, and how they are bundled.
import path from 'node:path';
import { bundle, fakeVscode, filesIn } from './bundle.mjs';

/** How long one test of a suite may take, in milliseconds: only a guard against hanging. */
const timeouts = { unit: 120_000, sandbox: 120_000, faults: 120_000, 'host/ui': 240_000 };

/**
 * @param {string} suite a folder below test/
 * @returns {number} milliseconds
 */
export function testTimeout(suite) {
  return timeouts[suite] ?? 60_000;
}

/**
 * Bundles the tests of a suite, and the programs (`*.program.ts`) that some of them start.
 *
 * @param {string} suite a folder below test/
 * @param {readonly string[]} parts of file names; none for all
 * @param {string} outdir
 * @returns {Promise<string[]>} the bundled tests
 */
export async function bundleSuite(suite, parts, outdir) {
  const folder = path.join('test', suite);
  const all = await filesIn(folder, '.test.ts');
  const tests = all.filter((file) => !parts.length || parts.some((part) => file.includes(part)));
  if (!tests.length) throw new Error(`No test file in test/${suite} matches.`);
  const programs = await filesIn(folder, '.program.ts');
  const plugins = suite === 'unit' || suite === 'faults' ? [fakeVscode] : [];
  return (await bundle([...tests, ...programs], outdir, plugins)).slice(0, tests.length);
}
