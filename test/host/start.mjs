// `npm start`: opens a real VS Code, signs in to the sandbox, and uploads and deploys a package automatically.
//   npm start                  stays open in a terminal, until Ctrl-C
//   npm start -- --once        ends after the deployment, with exit code 0, or 1 and the reason
//   npm start -- --desktop     in the VS Code of this machine
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureDependencies } from '../dependencies.mjs';
import { npm } from '../npm.mjs';

const { values } = parseArgs({
  options: {
    once: { type: 'boolean', default: !process.stdout.isTTY },
    desktop: { type: 'boolean', default: false },
  },
});
process.chdir(path.join(import.meta.dirname, '..', '..'));

const say = (line) => console.log(line);
try {
  await ensureDependencies(say);
  say('Building and packaging the extension…');
  await npm(['run', 'package'], { cwd: process.cwd() });
  const { bundle } = await import('../bundle.mjs');
  const [file] = await bundle(['test/host/start/main.ts'], 'out/start');
  const { default: start } = await import(pathToFileURL(file).href);
  await start.main(values);
} catch (error) {
  console.error(`\nFailed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
