// Runs one suite of tests in plain Node:   node test/mocha.mjs FOLDER [part of a file name…] [--grep TEXT] [--bail]
// The folder is below test/. With TEST_SUMMARY=FILE in the environment the counts go there as JSON (reporter.cjs).
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import Mocha from 'mocha';
import { bundleSuite, testTimeout } from './suites.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { grep: { type: 'string' }, bail: { type: 'boolean' } },
});
const [suite, ...wanted] = positionals;
/** Number of test files that run at the same time, each in its own process: the UI tests mostly wait for VS Code. */
const jobs = suite === 'host/ui' ? 3 : 1;
if (!suite) throw new Error('Name a suite, for instance: node test/mocha.mjs unit');

process.chdir(path.join(import.meta.dirname, '..'));
process.setSourceMapsEnabled(true);

// A separate folder for each run, so that two runs at the same time do not interfere.
const outdir = path.join('out', 'tests', `${suite.replaceAll('/', '-')}-${process.pid}`);

const mocha = new Mocha({
  reporter: path.join(import.meta.dirname, 'reporter.cjs'),
  timeout: testTimeout(suite),
  bail: values.bail ?? false,
  forbidOnly: Boolean(process.env.CI),
  ...(values.grep && { grep: values.grep }),
  ...(jobs > 1 && { parallel: true, jobs }),
});
try {
  const files = await bundleSuite(suite, wanted, outdir);
  for (const file of jobs === 1 ? files : await largestFirst(files)) mocha.addFile(file);
  if (jobs === 1) await mocha.loadFilesAsync();
  const failures = await new Promise((resolve) => mocha.run(resolve));
  process.exitCode = failures ? 1 : 0;
} finally {
  await rm(outdir, { recursive: true, force: true });
}

/** The largest file takes the longest: started last, it would run alone at the end. */
async function largestFirst(files) {
  const sizes = new Map();
  for (const file of files) sizes.set(file, (await stat(file)).size);
  return files.toSorted((a, b) => sizes.get(b) - sizes.get(a));
}
