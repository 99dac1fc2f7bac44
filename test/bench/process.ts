import { readdir, readFile } from 'node:fs/promises';

/** The process id of the extension host of a window. */
export async function extensionHostOf(data: string): Promise<number> {
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

/** The CPU time of all threads of a process, ms. Source: Linux, Documentation/scheduler/sched-stats. */
export async function cpuMsOf(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const times = threads.map(async (thread) => {
    const text = await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').catch(() => '0');
    return Number(text.split(' ')[0]) / 1e6;
  });
  return (await Promise.all(times)).reduce((sum, time) => sum + time, 0);
}
