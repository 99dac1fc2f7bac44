import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';

import { CodedError } from '../../src/core/errors/catalogue';
import type { Log } from '../../src/core/util/log';
import { secretIn } from './marked';
import { Random } from './random';

export interface CampaignOptions {
  /** How many cases. */
  readonly cases: number;
  /** Which ones: case n of a seed is the same in every run. */
  readonly seed: number;
  /** Number of the first case; default 0. */
  readonly from?: number;
  /** Is called before each case: who watches from another thread can name the one that never ends. */
  readonly onCase?: (number: number) => void;
  readonly limits?: { readonly caseMs: number; readonly caseMegabytes: number };
}

/** What one case may cost. Generous: other programs run beside it, and quadratic time is minutes at once. */
export const defaultLimits = { caseMs: 10_000, caseMegabytes: 400 };

export interface CampaignResult {
  /** How many were read as values. */
  readonly values: number;
  /** How many were refused, by code. */
  readonly codes: ReadonlyMap<string, number>;
  /** The case that took longest, and how long, ms. */
  readonly slowest: { readonly number: number; readonly ms: number };
  readonly casesPerSecond: number;
  /** The most memory that the process ever had, megabytes. */
  readonly peakMegabytes: number;
}

/**
 * Runs the cases one after the other.
 * @param run plays one case with its own random numbers, and gives what `judge` gives
 * @throws AssertionError when a prototype has changed, or a case costs more than its limits; what `run` throws
 */
export async function runCases(
  { cases, seed, from = 0, onCase, limits = defaultLimits }: CampaignOptions,
  run: (random: Random, what: string) => Promise<string | undefined>,
): Promise<CampaignResult> {
  const codes = new Map<string, number>();
  const prototypes = prototypeMembers();
  let values = 0;
  let slowest = { number: from, ms: 0 };
  const begin = performance.now();
  for (let number = from; number < from + cases; number++) {
    onCase?.(number);
    const what = `case ${number} of seed ${seed}`;
    const peakBefore = peakMegabytes();
    const startedAt = performance.now();
    const code = await run(new Random(seed * 1_000_003 + number), what);
    const ms = performance.now() - startedAt;
    const grown = peakMegabytes() - peakBefore;
    assert.ok(ms <= limits.caseMs, `${what} took ${Math.round(ms)} ms`);
    assert.ok(grown <= limits.caseMegabytes, `${what} took ${Math.round(grown)} MB`);
    slowest = ms > slowest.ms ? { number, ms } : slowest;
    if (code === undefined) {
      values++;
    } else {
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
  }
  assert.deepEqual(prototypeMembers(), prototypes, 'a prototype has changed');
  const casesPerSecond = (cases * 1000) / (performance.now() - begin);
  return { values, codes, slowest, casesPerSecond, peakMegabytes: peakMegabytes() };
}

function peakMegabytes(): number {
  return process.resourceUsage().maxRSS / 1024;
}

/**
 * Plays one case: it must end with a value or with an error of the catalogue, and tell no secret.
 * @param input what to show when it does not
 * @returns the code of the error; undefined for a value
 */
export async function judge(
  what: string,
  play: (log: Log) => Promise<void>,
  input: unknown,
): Promise<string | undefined> {
  const lines: string[] = [];
  const note = (line: string): void => void lines.push(line);
  let error: unknown;
  try {
    await play({ trace: note, debug: note, info: note, warn: note, error: note });
  } catch (thrown) {
    error = thrown;
  }
  const told = (): string => `${what}\n${inspect(error)}\n${inspect(input, { depth: null })}`;
  assert.ok(error === undefined || error instanceof CodedError, told());
  const seen = `${lines.join('\n')}\n${inspect(error, { depth: Infinity, showHidden: true })}`;
  assert.equal(secretIn(seen), undefined, `${seen}\n${told()}`);
  return error?.code;
}

function prototypeMembers(): unknown[] {
  return [
    Object,
    Array,
    String,
    Number,
    Function,
    Map,
    Set,
    Promise,
    Error,
    Buffer,
    Uint8Array,
  ].map((type) => Reflect.ownKeys(type.prototype as object));
}
