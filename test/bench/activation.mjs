// How long the packaged extension takes to load and to activate in VS Code, measured by VS Code itself, in turns with
// the same package with empty code: the time that VS Code itself needs.
//   npm run bench:activation [-- --runs 10]
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runTests } from '@vscode/test-electron';
import { bundle } from '../bundle.mjs';
import { temporaryFolder } from '../host/cleanup.mjs';
import { anyVSCode } from '../host/desktop.mjs';
import { outFolder, root, vsix } from '../host/locations.mjs';
import { writeSettings } from '../host/settings.mjs';
import { codeFiles, readVsix, sizeOf, startFiles, unpackVsix } from '../package/vsix.mjs';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '10' } } });
const runs = Number(values.runs);

process.chdir(root);
const temporary = await temporaryFolder('edas-activation');
const at = (name) => path.join(temporary.path, name);
const [probe] = await bundle(['test/bench/activationProbe.ts'], 'out/tests/activation');
for (const folder of ['ours', 'empty']) await unpackVsix(vsix, at(folder));
const emptyMain = path.join(at('empty'), 'extension', 'dist', 'extension.mjs');
await writeFile(emptyMain, 'export function activate() {}\n');

const measured = { ours: [], empty: [] };
for (let run = 1; run <= runs; run++) {
  for (const [folder, results] of Object.entries(measured)) {
    results.push(await measure(folder, run));
    console.log(`run ${run} of ${runs}, ${folder}:`, results.at(-1));
  }
}
const contents = await readVsix(vsix);
const startBytes = sizeOf(contents, startFiles(contents));
const figures = {
  bundleBytes: startBytes,
  onDemandBytes: sizeOf(contents, codeFiles(contents)) - startBytes,
  vsixBytes: (await stat(vsix)).size,
  loadMs: median(measured.ours.map(({ loadMs }) => loadMs)),
  activateMs: median(measured.ours.map(({ activateMs }) => activateMs)),
  emptyLoadMs: median(measured.empty.map(({ loadMs }) => loadMs)),
};
console.table(figures);
const file = path.join(outFolder, 'bench', 'activation.json');
await mkdir(path.dirname(file), { recursive: true });
await writeFile(file, `${JSON.stringify(figures, null, 2)}\n`);
await temporary.remove();

/** Measures one activation in a new VS Code. */
async function measure(folder, run) {
  const userData = at(`user-${folder}-${run}`);
  await writeSettings(userData);
  await runTests({
    vscodeExecutablePath: await anyVSCode(console.log),
    extensionDevelopmentPath: path.join(at(folder), 'extension'),
    extensionTestsPath: probe,
    extensionTestsEnv: { ACTIVATION_FILE: at('activation.json') },
    launchArgs: [
      temporary.path,
      `--user-data-dir=${userData}`,
      `--extensions-dir=${at(`extensions-${folder}-${run}`)}`,
    ],
  });
  return JSON.parse(await readFile(at('activation.json'), 'utf8'));
}

/** @param {number[]} values */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle) - 1]) / 2;
}
