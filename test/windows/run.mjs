// Runs the suites with a Windows build of Node in Wine. This tests Windows' Node, paths and sharing rules, not Windows itself.
//   node test/windows/run.mjs                             unit, sandbox and faults
//   node test/windows/run.mjs unit lock --grep TEXT       one suite, as test/mocha.mjs
import { spawn, spawnSync } from 'node:child_process';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { atExit } from '../host/cleanup.mjs';
import { bundleSuite, testTimeout } from '../suites.mjs';
import { installWindowsNode, prepareWine, whyNotHere, windowsNode } from './install.mjs';

/** How long the tests of one file may take, in milliseconds: a suite that hangs must not hide the others. */
const fileTimeout = 900_000;

/** Factor for time limits, because Wine is slower than Windows. */
const slowness = 4;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { grep: { type: 'string' } },
});
const [suite, ...parts] = positionals;
const say = (line) => console.log(line);

const reason = whyNotHere();
if (reason) {
  say(reason);
  process.exit(1);
}

const root = path.join(import.meta.dirname, '..', '..');
process.chdir(root);
await installWindowsNode(say);
const outdir = path.join('out', 'windows');
const env = await prepareWine(path.join(root, outdir, 'wine'), say);
/** Ends all processes in this Wine, including those of a test that hung. */
const endWine = () => spawnSync('wineserver', ['-k'], { env });
atExit(endWine);

const total = { passed: 0, failed: 0, skipped: 0 };
for (const each of suite ? [suite] : ['unit', 'sandbox', 'faults']) {
  const counts = await runSuite(each);
  say(`${each.padEnd(8)} ${sentence(counts)}`);
  add(total, counts);
}
say(sentence(total));
process.exit(total.failed ? 1 : 0);

async function runSuite(name) {
  const folder = path.join(outdir, `${name}-${process.pid}`);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  try {
    for (const file of await bundleSuite(name, parts, folder)) {
      add(counts, await runFile(file, slowness * testTimeout(name)));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return counts;
}

/** Runs each file in a separate process, which writes into files: a Windows program in Wine cannot use a Linux pipe. */
async function runFile(file, timeout) {
  const output = `${file}.txt`;
  const summary = `${file}.json`;
  const mocha = [
    path.join('node_modules', 'mocha', 'bin', 'mocha.js'),
    ...['--reporter', path.join('test', 'reporter.cjs'), '--timeout', String(timeout)],
    ...(values.grep ? ['--grep', values.grep] : []),
  ];
  const relative = path.relative(root, file);
  const end = await runNode(['--enable-source-maps', ...mocha, relative], output, {
    ...env,
    TEST_SUMMARY: path.relative(root, summary),
    TEST_IN_WINE: '1',
    NO_COLOR: '1',
    FORCE_COLOR: '0',
  });
  const counts = await readFile(summary, 'utf8').then(JSON.parse, () => undefined);
  const name = relative.split(path.sep).slice(3).join('/');
  if (end === 0 && counts) {
    say(`${name}: ${sentence(counts)}`);
    return counts;
  }
  say((await readFile(output, 'utf8')).trimEnd());
  say(`${name}: ${end === 'hung' ? `ended after ${fileTimeout / 1000} s` : `exit code ${end}`}`);
  return counts?.failed ? counts : { passed: 0, skipped: 0, ...counts, failed: 1 };
}

/** @returns {Promise<number | null | 'hung'>} its exit code */
async function runNode(args, outputFile, environment) {
  await mkdir(path.dirname(outputFile), { recursive: true });
  const output = await open(outputFile, 'w');
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn('wine', [windowsNode, ...args], {
        env: environment,
        stdio: ['ignore', output.fd, output.fd],
      });
      const timer = setTimeout(() => {
        resolve('hung');
        endWine();
      }, fileTimeout);
      child.once('error', reject);
      child.once('exit', (code) => {
        clearTimeout(timer);
        resolve(code);
      });
    });
  } finally {
    await output.close();
  }
}

function add(sum, counts) {
  for (const name of Object.keys(sum)) sum[name] += counts[name];
}

function sentence({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;
}
