import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Sandbox } from '../sandbox';
import { outFolder, vsix } from '../host/locations.mjs';
import { Edas } from '../host/ui/edas';
import { Session } from '../host/ui/session';
import { cpuMsOf, extensionHostOf } from './process';

/** Wait before each measurement, because VS Code itself is busy for a while after an action, ms. */
const settleMs = 10_000;

/**
 * Compares a signed-out window with one whose view and status bar count down.
 * Prints the figures and writes them to out/bench/idle.json.
 * @param ms duration of each measurement
 */
export async function measure(ms: number): Promise<void> {
  const sandbox = await Sandbox.start();
  try {
    const session = await Session.start({
      vsix,
      settings: { 'edasPackages.endpoint': sandbox.edasEndpoint },
      files: { 'app.jar': 'app' },
    });
    try {
      const edas = new Edas(session.workbench);
      await edas.show();
      await edas.welcomeButton.waitFor();
      const pid = await extensionHostOf(session.data);
      const signedOut = await percentOfACore(pid, ms);
      await edas.signIn(sandbox.keys[0]!);
      await session.workbench.clearToasts();
      await edas.waitForFact('Expiry', /^expires in/);
      const userInitiated = sandbox.requestLog.count();
      const counting = await percentOfACore(pid, ms);
      const figures = {
        minutes: ms / 60_000,
        signedOutPercent: rounded(signedOut),
        countingPercent: rounded(counting),
        countdownPercent: rounded(counting - signedOut),
        requests: sandbox.requestLog.count() - userInitiated,
      };
      console.table(figures);
      const file = path.join(outFolder, 'bench', 'idle.json');
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, `${JSON.stringify(figures, undefined, 2)}\n`);
    } finally {
      await session.stop();
    }
  } finally {
    await sandbox.stop();
  }
}

async function percentOfACore(pid: number, ms: number): Promise<number> {
  await sleep(settleMs);
  const [begin, before] = [performance.now(), await cpuMsOf(pid)];
  await sleep(ms);
  return (((await cpuMsOf(pid)) - before) / (performance.now() - begin)) * 100;
}

function rounded(percent: number): number {
  return Math.round(percent * 1000) / 1000;
}
