// `npm test`: runs all stages of tests and checks, and prints the total counts at the end.
//   node test/run.mjs            everything
//   node test/run.mjs unit lint  only these stages
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { ensureDependencies } from './dependencies.mjs';
import { atExit } from './host/cleanup.mjs';
import { installHost } from './host/install.mjs';
import { npmProgram } from './npm.mjs';

const root = path.join(import.meta.dirname, '..');

/**
 * Each stage is the script `test:NAME` of package.json. Stages with a summary count their tests, the others are one check.
 * Two run at the same time, but only one that uses VS Code, because these build the same package.
 */
const stages = [
  { name: 'format', runner: 'node', summary: false },
  { name: 'lint', runner: 'node', summary: false },
  { name: 'faults', runner: 'node', summary: true },
  { name: 'unit', runner: 'node', summary: true },
  { name: 'sandbox', runner: 'node', summary: true },
  { name: 'host', runner: 'editor', summary: true },
  { name: 'ui', runner: 'editor', summary: true },
  { name: 'package', runner: 'editor', summary: true },
];

/** Only a guard against hanging, in milliseconds. */
const stageTimeout = 1_200_000;

process.chdir(root);
const { scripts } = JSON.parse(await readFile('package.json', 'utf8'));
const wanted = process.argv.slice(2);
const chosen = stages.filter(
  ({ name }) => scripts[`test:${name}`] && (!wanted.length || wanted.includes(name)),
);
if (!chosen.length)
  throw new Error(`No such stage. There are: ${stages.map((s) => s.name).join(', ')}`);

const total = { passed: 0, failed: 0, skipped: 0 };
const [editor, node] = ['editor', 'node'].map((runner) =>
  chosen.filter((stage) => stage.runner === runner).values(),
);
const say = (line) => console.log(line);
const dependencies = ensureDependencies(say);
const host = chosen.some(({ runner }) => runner === 'editor') && installHost(say);
await Promise.all([runEditorStages(), dependencies.then(() => runStages(node))]);
if (total.skipped) console.log(`\n${total.skipped} skipped`);
console.log(`${total.skipped ? '' : '\n'}${total.passed} passed, ${total.failed} failed`);
// No test at all is a failure, too: a run that started nothing must not look green.
process.exitCode = total.failed || !total.passed ? 1 : 0;

async function runEditorStages() {
  await Promise.all([dependencies, host]);
  await runStages(editor);
  await runStages(node); // those that the other runner has not started
}

async function runStages(stages) {
  for (const stage of stages) {
    const counts = await runStage(stage);
    for (const name of Object.keys(total)) total[name] += counts[name];
  }
}

async function runStage({ name, summary }) {
  const summaryFile = path.join(root, 'out', 'summaries', `${name}.json`);
  await mkdir(path.dirname(summaryFile), { recursive: true });
  await rm(summaryFile, { force: true });
  const begin = performance.now();
  const { ok, output } = await runScript(`test:${name}`, { TEST_SUMMARY: summaryFile });
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  const counts = summary ? await readCounts(summaryFile) : { passed: 1, failed: 0, skipped: 0 };
  if (!ok && !counts.failed) {
    if (!summary) counts.passed = 0;
    counts.failed++; // it failed outside of its tests
  }
  const verdict = counts.failed ? 'FAILED' : 'ok';
  console.log(`${name.padEnd(8)} ${verdict}, ${sentence(counts)} (${seconds} s)`);
  if (counts.failed) console.log(`${output.trimEnd()}\n`);
  return counts;
}

async function readCounts(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }; // a suite without a summary has not run
  }
}

function runScript(script, env) {
  const [command, ...args] = npmProgram();
  return new Promise((resolve) => {
    const child = spawn(command, [...args, 'run', '--silent', script], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32', // in a process group, so that all of it can be ended
    });
    const end = () => {
      if (process.platform === 'win32') child.kill();
      else process.kill(-child.pid, 'SIGTERM'); // each process cleans up what it started
    };
    const unregister = atExit(end);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    }
    const timer = setTimeout(() => {
      output += `\nEnded after ${stageTimeout / 1000} s.`;
      end();
    }, stageTimeout);
    const done = (ok) => {
      clearTimeout(timer);
      unregister();
      resolve({ ok, output });
    };
    child.once('error', (error) => {
      output += String(error);
      done(false);
    });
    child.once('close', (code) => done(code === 0));
  });
}

function sentence({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;
}
