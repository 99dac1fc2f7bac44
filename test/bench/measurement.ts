import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Runner } from './contenders';

/** The measurements of one upload of all files. */
export interface Measurement {
  readonly seconds: number;
  /** User and system time of this process. */
  readonly cpuSeconds: number;
  readonly peakRssMB: number;
  /** Before the first file, with all modules loaded. */
  readonly idleRssMB: number;
  readonly eventLoopP99Ms: number;
}

const toMB = (bytes: number): number => bytes / 1e6;

/**
 * Uploads the files once and measures it.
 * @param warmUp sent first, so that modules are loaded and a connection is open
 */
export async function measureUpload(
  runner: Runner,
  files: readonly string[],
  warmUp: string,
): Promise<Measurement> {
  await runner([warmUp]);
  await sleep(100);
  const idleRssMB = toMB(process.memoryUsage.rss());
  let peakRss = 0;
  const watching = setInterval(() => (peakRss = Math.max(peakRss, process.memoryUsage.rss())), 25);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const cpuBefore = process.cpuUsage();
  const begin = performance.now();
  await runner(files);
  const seconds = (performance.now() - begin) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  delay.disable();
  clearInterval(watching);
  return {
    seconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    peakRssMB: toMB(Math.max(peakRss, process.memoryUsage.rss())),
    idleRssMB,
    eventLoopP99Ms: delay.percentile(99) / 1e6,
  };
}
