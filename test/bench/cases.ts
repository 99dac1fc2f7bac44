const kilobyte = 1000;
const megabyte = 1000 * kilobyte;

/** The files of one upload. */
export interface BenchCase {
  readonly name: string;
  readonly files: number;
  /** Size of each file. */
  readonly bytes: number;
}

export type Link = 'http' | 'tls' | 'slow';

export const contenders = [
  'ours',
  'ali-oss-multipart',
  'ali-oss-put',
  'node-http',
  'curl',
] as const;
export type Contender = (typeof contenders)[number];

/** Files that every contender uploads at the same time. */
export const filesAtATime = 8;
/** Concurrent parts of one file, and their size, for every contender that sends parts. */
export const partsAtATime = 4;
export const partBytes = 8 * 1024 * 1024;

export const roundTripMs = 50;
export const bitsPerSecond = 1e9;

export const usual: readonly BenchCase[] = [
  { name: '200 × 1 KB', files: 200, bytes: kilobyte },
  { name: '200 × 10 KB', files: 200, bytes: 10 * kilobyte },
  { name: '100 × 1 MB', files: 100, bytes: megabyte },
  { name: '64 MB', files: 1, bytes: 64 * megabyte },
  { name: '1 GB', files: 1, bytes: 1000 * megabyte },
];
const growth: readonly BenchCase[] = [
  { name: '10 × 64 MB', files: 10, bytes: 64 * megabyte },
  { name: '5 GB', files: 1, bytes: 5000 * megabyte },
];
const far: BenchCase = { name: '200 MB', files: 1, bytes: 200 * megabyte };

/** One entry of the plan: a case over a link, with some contenders, repeated for some rounds. */
export interface BenchRun {
  readonly link: Link;
  readonly what: BenchCase;
  readonly contenders: readonly Contender[];
  readonly rounds: number;
}

const allContenders = (link: Link, what: BenchCase, rounds: number): BenchRun => ({
  link,
  what,
  rounds,
  contenders,
});

export function plan(isQuick: boolean): readonly BenchRun[] {
  if (isQuick) {
    return usual.slice(-2).map((what) => allContenders('http', what, 3));
  }
  return [
    ...usual.map((what) => allContenders('http', what, 5)),
    ...usual.map((what) => allContenders('tls', what, 5)),
    // The growth of memory is measured for ours only, compared with plain node:http.
    ...growth.map((what): BenchRun => ({
      link: 'http',
      what,
      contenders: ['ours', 'node-http'],
      rounds: 3,
    })),
    allContenders('slow', far, 3),
  ];
}
