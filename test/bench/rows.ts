import type { BenchCase, Contender, Link } from './cases';
import type { Measurement } from './measurement';

/** One row of `out/bench/transfer.json`: the medians of its rounds. */
export interface Row {
  readonly link: Link | 'tls-in-vscode';
  readonly case: string;
  readonly contender: Contender | 'ours-in-vscode';
  readonly mbPerSecond: number;
  /** Null when another process does the work. */
  readonly cpuSecondsPerGB: number | null;
  readonly peakRssMB: number | null;
  readonly idleRssMB: number | null;
  readonly eventLoopP99Ms: number | null;
}

/** The medians of one contender's measurements. */
export function rowOf(
  { link, what }: { readonly link: Row['link']; readonly what: BenchCase },
  contender: Row['contender'],
  measurements: readonly Measurement[],
): Row {
  const gigabytes = (what.files * what.bytes) / 1e9;
  const median = (value: (measurement: Measurement) => number): number => {
    const values = measurements.map(value).toSorted((a, b) => a - b);
    return values[values.length >> 1] ?? Number.NaN;
  };
  const own = (value: (measurement: Measurement) => number): number | null =>
    contender === 'curl' ? null : round(median(value));
  return {
    link,
    case: what.name,
    contender,
    mbPerSecond: round((gigabytes * 1000) / median(({ seconds }) => seconds)),
    cpuSecondsPerGB: own(({ cpuSeconds }) => cpuSeconds / gigabytes),
    peakRssMB: own(({ peakRssMB }) => peakRssMB),
    idleRssMB: own(({ idleRssMB }) => idleRssMB),
    eventLoopP99Ms: own(({ eventLoopP99Ms }) => eventLoopP99Ms),
  };
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
