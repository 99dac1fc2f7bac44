// Starts a sandbox for manual tests or another process:   node test/sandbox/start.mjs [--tls] [--host 127.0.0.2] [--seconds 120]
//   [--store disk|discard|sink] [--proxy] [--link MS,BITS_PER_SECOND] [--control] [--json]
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle } from '../bundle.mjs';

process.chdir(path.join(import.meta.dirname, '..', '..'));
const [file] = await bundle(['test/sandbox/cli.ts'], 'out/sandbox');
await import(pathToFileURL(file).href);
