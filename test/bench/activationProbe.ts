// Runs inside the extension host: activates the extension and reads VS Code's own measurements.
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { commands, extensions, workspace } from 'vscode';

const extensionId = 'edas-tools.edas-package-storage';

export interface Activation {
  /** Time to read and evaluate the bundle, ms. */
  readonly loadMs: number;
  /** Time from the call of `activate` until its promise is resolved, ms. */
  readonly activateMs: number;
}

/** Writes an `Activation` to the file ACTIVATION_FILE. */
export async function run(): Promise<void> {
  const extension = extensions.getExtension(extensionId);
  if (!extension) throw new Error(`${extensionId} is not installed.`);
  await extension.activate();
  await commands.executeCommand('perfview.show'); // "Developer: Startup Performance"
  const activation = await read();
  await writeFile(process.env.ACTIVATION_FILE!, JSON.stringify(activation));
}

/** Reads the extension's row in the table "Extension Activation Stats". */
async function read(): Promise<Activation> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const report = workspace.textDocuments.find(({ uri }) => uri.scheme === 'perf')?.getText();
    const row = report?.split('\n').find((line) => line.startsWith(`| ${extensionId} `));
    // Extension, eager, load code, call activate, finish activate, event, by
    const [load, call, finish] = (row?.split('|') ?? []).slice(3, 6).map(Number);
    if (load !== undefined && call !== undefined && finish !== undefined)
      return { loadMs: load, activateMs: call + finish };
    await sleep(100);
  }
  throw new Error('VS Code did not report the duration of the activation.');
}
