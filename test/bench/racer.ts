// One contender in a process of its own, once over the course:  node racer.cjs <JSON of RacerOrder>
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contender } from './cases';
import { makeRunner } from './contenders';

export interface RacerOrder {
  readonly contender: Contender;
  readonly origin: string;
  readonly files: readonly string[];
  /** Sent first, so that modules are loaded and a connection is open. */
  readonly warmUp: string;
  readonly storageFolder: string;
}

/** What was measured. */
export interface Lap {
  readonly seconds: number;
  /** User and system, of this process. */
  readonly cpuSeconds: number;
  readonly peakRssMB: number;
  /** Before the first file, everything loaded. */
  readonly idleRssMB: number;
  readonly eventLoopP99Ms: number;
}

const toMB = (bytes: number): number => bytes / 1e6;

async function run(order: RacerOrder): Promise<Lap> {
  const runner = await makeRunner(order.contender, order);
  await runner([order.warmUp]);
  await sleep(100);
  const idleRssMB = toMB(process.memoryUsage.rss());
  let peakRss = 0;
  const watching = setInterval(() => (peakRss = Math.max(peakRss, process.memoryUsage.rss())), 25);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const cpuBefore = process.cpuUsage();
  const begin = performance.now();
  await runner(order.files);
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

run(JSON.parse(process.argv[2] ?? '') as RacerOrder).then(
  (lap) => {
    process.send?.(lap);
    process.exit(0);
  },
  (error: unknown) => {
    console.log(error);
    process.exit(1);
  },
);
