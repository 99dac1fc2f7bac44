import type { BenchCase } from './cases';
import type { Row } from './rows';

const columns = [
  ['MB/s', 10, (row: Row) => row.mbPerSecond],
  ['CPU s/GB', 10, (row: Row) => row.cpuSecondsPerGB],
  ['peak MB', 10, (row: Row) => row.peakRssMB],
  ['over idle', 10, (row: Row) => overIdle(row)],
  ['p99 ms', 10, (row: Row) => row.eventLoopP99Ms],
] as const;

function overIdle({ peakRssMB, idleRssMB }: Row): number | null {
  return peakRssMB === null || idleRssMB === null ? null : peakRssMB - idleRssMB;
}

/** Prints the results of one case over one link. */
export function printRun(
  {
    link,
    what,
    rounds,
  }: { readonly link: string; readonly what: BenchCase; readonly rounds: number },
  rows: readonly Row[],
): void {
  const titles = columns.map(([title, width]) => title.padStart(width)).join('');
  console.log(`\n${`${what.name} over ${link}, median of ${rounds}`.padEnd(34)}${titles}`);
  for (const row of rows) {
    const cells = columns.map(([, width, of]) => format(of(row)).padStart(width)).join('');
    console.log(`  ${row.contender.padEnd(32)}${cells}`);
  }
}

function format(value: number | null): string {
  return value === null ? '–' : value.toFixed(value < 10 ? 2 : 0);
}
