// Runs one suite of tests in plain Node:   node test/mocha.mjs FOLDER [part of a file name…] [--grep TEXT] [--bail]
// The folder is below test/. With TEST_SUMMARY=FILE in the environment the counts go there as JSON (reporter.cjs).
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import Mocha from 'mocha';
import { bundle, fakeVscode, testFiles } from './bundle.mjs';

/** How long one test of a suite may take, in milliseconds: only a guard against hanging. */
const timeouts = { unit: 30_000, sandbox: 60_000, faults: 120_000, 'host/ui': 240_000 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { grep: { type: 'string' }, bail: { type: 'boolean' } },
});
const [suite, ...wanted] = positionals;
/** Files that run at a time, each in a process of its own: those that drive a VS Code mostly wait for it. */
const jobs = suite === 'host/ui' ? 2 : 1;
if (!suite) throw new Error('Name a suite, for instance: node test/mocha.mjs unit');

process.chdir(path.join(import.meta.dirname, '..'));
process.setSourceMapsEnabled(true);

const all = await testFiles(path.join('test', suite));
const chosen = all.filter((file) => !wanted.length || wanted.some((part) => file.includes(part)));
if (!chosen.length) throw new Error(`No test file in test/${suite} matches.`);

// A folder of its own for each run, so that two runs at a time do not pull the rug from under each other.
const outdir = path.join('out', 'tests', `${suite.replaceAll('/', '-')}-${process.pid}`);

const mocha = new Mocha({
  reporter: path.join(import.meta.dirname, 'reporter.cjs'),
  timeout: timeouts[suite] ?? 60_000,
  bail: values.bail ?? false,
  forbidOnly: Boolean(process.env.CI),
  ...(values.grep && { grep: values.grep }),
  ...(jobs > 1 && { parallel: true, jobs }),
});
try {
  const plugins = suite === 'unit' ? [fakeVscode] : [];
  for (const file of await bundle(chosen, outdir, plugins)) mocha.addFile(file);
  if (jobs === 1) await mocha.loadFilesAsync();
  const failures = await new Promise((resolve) => mocha.run(resolve));
  process.exitCode = failures ? 1 : 0;
} finally {
  await rm(outdir, { recursive: true, force: true });
}
