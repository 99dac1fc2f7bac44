// The tests that run inside VS Code's extension host: `npm run test:host`. See test/host/desktop.mjs for which VS Code.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { defineConfig } from '@vscode/test-cli';
import { bundle, filesIn } from './test/bundle.mjs';
import { temporaryFolder } from './test/host/cleanup.mjs';
import { anyVSCode } from './test/host/desktop.mjs';
import { startNetworkTap } from './test/host/networkTap.mjs';
import { writeSettings } from './test/host/settings.mjs';

const temporary = await temporaryFolder('edas-suite');
/** Of its own: a ZIP of it must not hold the log of the VS Code that packs it, which changes meanwhile. */
const workspace = path.join(temporary.path, 'workspace');
await mkdir(workspace);
const userData = path.join(temporary.path, 'user');
const networkTap = path.join(temporary.path, 'network.txt');
await writeSettings(userData, { 'http.proxy': await startNetworkTap(networkTap) });

export default defineConfig({
  files: await bundle(await filesIn('test/host/suite', '.test.ts'), 'out/tests/host'),
  workspaceFolder: workspace,
  // The extension, and another one that uses its API.
  extensionDevelopmentPath: [import.meta.dirname, path.resolve('test/host/consumerExtension')],
  env: { NETWORK_TAP: networkTap },
  launchArgs: [
    `--user-data-dir=${userData}`,
    `--extensions-dir=${path.join(temporary.path, 'extensions')}`,
  ],
  useInstallation: { fromPath: await anyVSCode((line) => console.log(line)) },
  mocha: { ui: 'bdd', timeout: 30_000, reporter: path.resolve('test/reporter.cjs') },
});
