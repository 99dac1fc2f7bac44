import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';

import { CodedError } from '../../src/core/errors/catalogue';
import type { Log } from '../../src/core/util/log';
import { secretIn } from './marked';
import { Random } from './random';

export interface CampaignOptions {
  /** How many cases. */
  readonly cases: number;
  /** Seed of the random numbers: case n of a seed is the same in every run. */
  readonly seed: number;
  /** Number of the first case; default 0. */
  readonly from?: number;
  /** Called before each case, so that another thread can name a case that never ends. */
  readonly onCase?: (number: number) => void;
  readonly limits?: { readonly caseMs: number; readonly caseMegabytes: number };
}

/** Limits of one case. They are generous, as other programs run at the same time and quadratic time takes minutes. */
export const defaultLimits = { caseMs: 10_000, caseMegabytes: 400 };

export interface CampaignResult {
  /** The number of cases that resulted in a value. */
  readonly values: number;
  /** The number of cases that resulted in an error, by code. */
  readonly codes: ReadonlyMap<string, number>;
  /** The slowest case and its duration, ms. */
  readonly slowest: { readonly number: number; readonly ms: number };
  readonly casesPerSecond: number;
  /** Peak memory of the process, megabytes. */
  readonly peakMegabytes: number;
}

/**
 * Runs the cases one after the other.
 * @param run runs one case with its own random numbers, and returns the result of `checkCase`
 * @throws AssertionError when a prototype has changed or a case exceeds its limits; errors of `run`
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
  assert.deepEqual(prototypeMembers(), prototypes, 'prototypes are unchanged');
  const casesPerSecond = (cases * 1000) / (performance.now() - begin);
  return { values, codes, slowest, casesPerSecond, peakMegabytes: peakMegabytes() };
}

function peakMegabytes(): number {
  return process.resourceUsage().maxRSS / 1024;
}

/**
 * Runs one case: it must end with a value or an error of the catalogue, and reveal no secret.
 * @param input shown in the message of a failure
 * @returns the code of the error; undefined for a value
 */
export async function checkCase(
  what: string,
  execute: (log: Log) => Promise<void>,
  input: unknown,
): Promise<string | undefined> {
  const lines: string[] = [];
  const note = (line: string): void => void lines.push(line);
  let error: unknown;
  try {
    await execute({ trace: note, debug: note, info: note, warn: note, error: note });
  } catch (thrown) {
    error = thrown;
  }
  const describeCase = (): string =>
    `${what}\n${inspect(error)}\n${inspect(input, { depth: null })}`;
  assert.ok(error === undefined || error instanceof CodedError, describeCase());
  const seen = `${lines.join('\n')}\n${inspect(error, { depth: Infinity, showHidden: true })}`;
  assert.equal(secretIn(seen), undefined, `${seen}\n${describeCase()}`);
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
