// The CPU time of an idle window while the countdown is visible, in percent of a core of the extension host:
//   npm run bench:idle                    half a minute
//   npm run bench:idle -- --minutes 10    the duration that the requirement names
// Linux only: it reads /proc.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bundle } from '../bundle.mjs';
import { npm } from '../npm.mjs';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '0.5' } } });
process.chdir(path.join(import.meta.dirname, '..', '..'));

await npm(['run', 'package'], { cwd: process.cwd() });
const [file] = await bundle(['test/bench/idle.ts'], 'out/bench/idle');
const { default: idle } = await import(pathToFileURL(file).href);
await idle.measure(Number(values.minutes) * 60_000);
