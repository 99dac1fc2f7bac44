import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Sandbox } from '../sandbox';
import { outFolder, vsix } from '../host/locations.mjs';
import { Edas } from '../host/ui/edas';
import { Session } from '../host/ui/session';

/** After something has happened VS Code itself is busy for a while, ms. */
const settleMs = 10_000;

/**
 * Compares a window in which nobody is signed in with one whose view and status bar count down.
 * Prints the figures and writes them to out/bench/idle.json.
 * @param ms for how long each is watched
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
      await edas.seeFact('Expiry', /^expires in/);
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

/** The process in which the extensions of that window run. */
async function extensionHostOf(data: string): Promise<number> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '');
    if (
      (await read('cmdline')).includes('extensionHost') &&
      (await read('environ')).includes(data)
    ) {
      return Number(pid);
    }
  }
  throw new Error('The extension host was not found.');
}

async function percentOfACore(pid: number, ms: number): Promise<number> {
  await sleep(settleMs);
  const [begin, before] = [performance.now(), await cpuMsOf(pid)];
  await sleep(ms);
  return (((await cpuMsOf(pid)) - before) / (performance.now() - begin)) * 100;
}

/** How long its threads have run so far, ms. Source: Linux, Documentation/scheduler/sched-stats. */
async function cpuMsOf(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const times = threads.map(async (thread) => {
    const text = await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').catch(() => '0');
    return Number(text.split(' ')[0]) / 1e6;
  });
  return (await Promise.all(times)).reduce((sum, time) => sum + time, 0);
}

function rounded(percent: number): number {
  return Math.round(percent * 1000) / 1000;
}
