import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError, type ErrorCode } from '../../../../src/core/errors/catalogue';
import { abortError } from '../../../../src/core/util/abort';
import { eachObject } from '../../../../src/features/packages/eachObject';
import {
  summarizeDeletions,
  summarizeDownloads,
  type Outcome,
} from '../../../../src/features/packages/summary';

const MB = 1024 * 1024;
const sentence = (): string => 'It broke.';
const done = (name: string, verified = true): Outcome => ({
  kind: 'done',
  name,
  size: MB,
  verified,
});
const failed = (name: string): Outcome => ({ kind: 'failed', name, error: new Error('x') });
const notStarted = (name: string): Outcome => ({ kind: 'notStarted', name });
const cancelled = (name: string): Outcome => ({ kind: 'cancelled', name });

describe('Summary of downloads', () => {
  const cases: readonly (readonly [outcomes: readonly Outcome[], expected: string])[] = [
    [[done('a')], 'info: Downloaded a (1.0 MB), verified by CRC-64.'],
    [
      [done('a', false)],
      'warning: Downloaded a (1.0 MB), not verified: the server sent no CRC-64 to compare with.',
    ],
    [[done('a'), done('b')], 'info: Downloaded 2 files (2.0 MB), all verified by CRC-64.'],
    [
      [done('a'), done('b', false)],
      'warning: Downloaded 2 files (2.0 MB); 1 of them not verified: the server sent no CRC-64 to compare with.',
    ],
    [[failed('a')], 'error: a was not downloaded: It broke.'],
    [
      [done('a'), failed('b'), notStarted('c')],
      'error: Downloaded a (1.0 MB), verified by CRC-64. b was not downloaded: It broke. Not processed: 1.',
    ],
    [
      [done('a'), cancelled('b'), notStarted('c')],
      'info: Downloaded a (1.0 MB), verified by CRC-64. Not processed: 2.',
    ],
    [
      ['a', 'b', 'c', 'd', 'e'].map(failed),
      'error: a was not downloaded: It broke. b was not downloaded: It broke. c was not downloaded: It broke. And 2 more.',
    ],
  ];
  for (const [outcomes, expected] of cases) {
    it(`is “${expected}”`, () => {
      const { severity, text } = summarizeDownloads(outcomes, sentence);
      assert.equal(`${severity}: ${text}`, expected);
    });
  }
});

describe('Summary of deletions', () => {
  const cases: readonly (readonly [outcomes: readonly Outcome[], expected: string])[] = [
    [[done('a')], 'info: Deleted a.'],
    [[done('a'), done('b')], 'info: Deleted 2 objects.'],
    [[done('a'), notStarted('b')], 'info: Deleted a. Not processed: 1.'],
    [
      [failed('a'), notStarted('b'), notStarted('c')],
      'error: a was not deleted: It broke. Not processed: 2.',
    ],
    [
      [cancelled('a'), cancelled('b'), notStarted('c')],
      'warning: It is not known whether these were deleted before the cancellation: a, b. The Packages view shows what still exists. Not processed: 1.',
    ],
    [
      [failed('a'), cancelled('b')],
      'error: a was not deleted: It broke. It is not known whether these were deleted before the cancellation: b. The Packages view shows what still exists.',
    ],
  ];
  for (const [outcomes, expected] of cases) {
    it(`is “${expected}”`, () => {
      const { severity, text } = summarizeDeletions(outcomes, sentence);
      assert.equal(`${severity}: ${text}`, expected);
    });
  }
});

describe('eachObject', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ({ name }));
  const run = (
    work: (name: string) => Promise<void>,
    signal = new AbortController().signal,
  ): Promise<readonly Outcome[]> =>
    eachObject(names, async ({ name }) => work(name).then(() => done(name)), signal);
  const kinds = (outcomes: readonly Outcome[]): string =>
    outcomes.map(({ name, kind }) => `${name} ${kind}`).join(', ');

  it('processes three objects at a time, and returns outcomes in order', async () => {
    let [running, most] = [0, 0];
    const outcomes = await run(async (name) => {
      most = Math.max(most, ++running);
      await sleep(name === 'a' ? 20 : 1);
      running--;
    });
    assert.equal(most, 3);
    assert.equal(kinds(outcomes), 'a done, b done, c done, d done, e done, f done');
  });

  for (const [code, expected] of [
    ['oss.noSuchKey', 'a failed, b done, c done, d done, e done, f done'],
    ['oss.archived', 'a failed, b done, c done, d done, e done, f done'],
    ['object.damaged', 'a failed, b done, c done, d done, e done, f done'],
    ['disk.fileExists', 'a failed, b done, c done, d done, e done, f done'],
    ['oss.accessDenied', 'a failed, b done, c done, d done, e done, f done'],
    ['oss.rejected', 'a failed, b done, c done, d done, e done, f done'],
    ['oss.serverFault', 'a failed, b done, c done, d done, e done, f done'],
    ['oss.noSuchBucket', 'a failed, b done, c done, d notStarted, e notStarted, f notStarted'],
    ['network.refused', 'a failed, b done, c done, d notStarted, e notStarted, f notStarted'],
    ['disk.full', 'a failed, b done, c done, d notStarted, e notStarted, f notStarted'],
  ] as readonly (readonly [ErrorCode, string])[]) {
    it(`${expected.includes('notStarted') ? 'starts no more objects' : 'continues with the others'} after ${code}`, async () => {
      const outcomes = await run(async (name) => {
        if (name === 'a') {
          throw new CodedError(code);
        }
        await sleep(1);
      });
      assert.equal(kinds(outcomes), expected);
    });
  }

  it('starts no more objects after a cancellation', async () => {
    const cancelled = new AbortController();
    const outcomes = await run(async (name) => {
      if (name === 'b') {
        cancelled.abort();
        throw abortError();
      }
      await sleep(1);
    }, cancelled.signal);
    assert.equal(
      kinds(outcomes),
      'a done, b cancelled, c notStarted, d notStarted, e notStarted, f notStarted',
    );
  });
});
