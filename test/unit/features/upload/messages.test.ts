import assert from 'node:assert/strict';
import { CodedError, type ErrorCode } from '../../../../src/core/errors/catalogue';
import { BatchProgress } from '../../../../src/features/upload/progress';
import { commonRecovery, failedFolder, summarize } from '../../../../src/features/upload/summary';
import type { UploadItem, UploadOutcome } from '../../../../src/common/upload/types';
import type { TransferProgress } from '../../../../src/core/transfer/types';

const MB = 1024 * 1024;

describe('progress of a batch', () => {
  const start = (sizes: Record<string, number>): BatchProgress =>
    new BatchProgress(new Map(Object.entries(sizes)));
  const sent = (
    sentBytes: number,
    totalBytes: number,
    more: Partial<TransferProgress> = {},
  ): TransferProgress => ({
    ...{ sentBytes, totalBytes, acknowledgedBytes: 0, stage: 'sending' },
    ...more,
  });

  it('shows bytes, speed and time left of one file', () => {
    const progress = start({ a: 12 * MB });
    assert.equal(progress.text(), '0 B of 12.0 MB');
    progress.update('a', sent(2 * MB, 12 * MB, { bytesPerSecond: 2 * MB }));
    assert.equal(progress.text(), '2.0 MB of 12.0 MB, 2.0 MB/s, 5 s left');
    progress.update('a', sent(12 * MB, 12 * MB));
    assert.equal(progress.text(), '12.0 MB of 12.0 MB, finishing');
  });

  it('adds up bytes and speed over the files', () => {
    const progress = start({ a: 1 * MB, b: 3 * MB, c: 2 * MB });
    progress.finish('a');
    assert.match(progress.text(), /^1 of 3 files, 1\.0 MB of 6\.0 MB/);
    progress.update('b', sent(1 * MB, 3 * MB, { bytesPerSecond: MB }));
    progress.update('c', sent(1 * MB, 2 * MB, { bytesPerSecond: MB }));
    assert.match(progress.text(), /3\.0 MB of 6\.0 MB, 2\.0 MB\/s/);
    assert.equal(progress.takeIncrement(), 50);
    assert.equal(progress.takeIncrement(), 0);
  });

  it('never goes back', () => {
    const progress = start({ a: 10 * MB });
    progress.update('a', sent(8 * MB, 10 * MB));
    assert.equal(progress.takeIncrement(), 80);
    progress.update('a', sent(2 * MB, 10 * MB));
    assert.equal(progress.takeIncrement(), 0);
    assert.match(progress.text(), /^8\.0 MB of 10\.0 MB/);
  });

  it('says that it waits while the network is down', () => {
    const progress = start({ a: 4 * MB });
    progress.update('a', sent(MB, 4 * MB, { stage: 'paused' }));
    assert.equal(progress.text(), '1.0 MB of 4.0 MB, waiting for the network');
    progress.update('a', sent(MB, 4 * MB));
    assert.equal(progress.text(), '1.0 MB of 4.0 MB');
  });

  it('shows how far a ZIP is packed before anything is sent, and its size once it is known', () => {
    const progress = start({ 'a.zip': 0 });
    progress.setPacked('a.zip', MB, 30 * MB);
    assert.equal(progress.text(), 'packing 1.0 MB of 30.0 MB');
    assert.equal(progress.takeIncrement(), 0);
    progress.update('a.zip', sent(0, 0, { stage: 'preparing' }));
    assert.match(progress.text(), /^packing/);
    progress.update('a.zip', sent(0, 10 * MB));
    assert.equal(progress.text(), '0 B of 10.0 MB');
    progress.update('a.zip', sent(5 * MB, 10 * MB));
    assert.equal(progress.takeIncrement(), 50);
  });

  it('does not count a file that is skipped, and divides by nothing', () => {
    const progress = start({ a: 4 * MB, b: 0 });
    progress.remove('a');
    assert.equal(progress.takeIncrement(), 0);
    assert.equal(progress.text(), '0 B of 0 B, finishing');
    progress.finish('b');
    assert.equal(progress.text(), '0 B of 0 B');
  });
});

const item = (name: string): UploadItem => ({
  ...{ id: name, path: `/${name}`, sourceUri: `file:///${name}`, name, size: MB, key: `p/${name}` },
  source: () => Promise.reject(new Error('not opened here')),
});
const uploaded = (name: string, verified = true, key = `p/${name}`, size = MB): UploadOutcome => ({
  kind: 'uploaded',
  item: item(name),
  result: {
    bucket: 'b',
    key,
    size,
    etag: 'E',
    crc64: 1n,
    verified,
    requestId: 'R',
    sentBytes: size,
  },
});
const restartReason = (name: string): UploadOutcome => {
  const outcome = uploaded(name);
  return outcome.kind === 'uploaded'
    ? { ...outcome, result: { ...outcome.result, restartReason: 'uploadGone' } }
    : outcome;
};
const failed = (name: string): UploadOutcome => ({ kind: 'failed', item: item(name), error: name });

const broken = (code: ErrorCode, detail?: string): UploadOutcome => ({
  ...{ kind: 'failed', item: item('a') },
  error: new CodedError(code, detail === undefined ? {} : { detail }),
});

describe('what the message at the end offers', () => {
  const setting = 'setting:edasPackages.objectKeyTemplate';
  const bug: UploadOutcome = { kind: 'failed', item: item('a'), error: new TypeError('x') };
  const denied = broken('oss.accessDenied');
  for (const [what, outcomes, next] of [
    ['the template, when it makes no key', [broken('key.empty'), broken('key.tooLong')], setting],
    ['the template, whatever went well', [uploaded('a'), broken('key.badStart')], setting],
    ['to fetch again, when that is asked for', [denied], 'fetchAgain'],
    ['nothing of the kind, when only one asks for it', [denied, bug], undefined],
    ['nothing of the kind, when two ask for two', [denied, broken('key.empty')], undefined],
    ['nothing of the kind, when none asks', [broken('network.reset')], undefined],
    ['nothing of the kind, when all went well', [uploaded('a')], undefined],
  ] as const) {
    it(`is ${what}`, () => assert.equal(commonRecovery(outcomes), next));
  }

  const folder = broken('source.notAFile', 'folder');
  for (const [what, outcomes, path] of [
    ['to pack the folder that failed', [uploaded('b'), folder], '/a'],
    ['no packing of what is neither a file nor a folder', [broken('source.notAFile')], undefined],
    ['no packing of several, which could mean one ZIP', [folder, folder], undefined],
    ['no packing when all went well', [uploaded('b')], undefined],
  ] as const) {
    it(`is ${what}`, () => assert.equal(failedFolder(outcomes), path));
  }
});

describe('the message at the end', () => {
  const cases: readonly (readonly [readonly UploadOutcome[], string, string])[] = [
    [[uploaded('a.jar')], 'info', 'Uploaded a.jar (1.0 MB), verified by CRC-64.'],
    [
      [uploaded('a.jar', true, 'p/a.jar', 0)],
      'warning',
      'Uploaded a.jar (0 B), verified by CRC-64. Empty: a.jar. Check the build, then upload again.',
    ],
    [
      [uploaded('a.jar', true, 'p/a (1).jar')],
      'info',
      'Uploaded a.jar → a (1).jar (1.0 MB), verified by CRC-64.',
    ],
    [
      [uploaded('a.jar', false)],
      'warning',
      'Uploaded a.jar (1.0 MB), not verified: the server sent no CRC-64 to compare with.',
    ],
    [[failed('a.jar')], 'error', 'a.jar was not uploaded: why a.jar'],
    [
      [uploaded('a.jar'), uploaded('b.jar'), { kind: 'skipped', item: item('c.jar') }],
      'info',
      'Uploaded 2 files (2.0 MB), all verified by CRC-64. Skipped: c.jar.',
    ],
    [
      [uploaded('a.jar'), uploaded('b.jar', false)],
      'warning',
      'Uploaded 2 files (2.0 MB); 1 of them not verified: the server sent no CRC-64 to compare with.',
    ],
    [
      [uploaded('a.jar'), failed('b.jar'), { kind: 'notStarted', item: item('c.jar') }],
      'error',
      'Uploaded a.jar (1.0 MB), verified by CRC-64. Not attempted: c.jar. Failed: 1. b.jar was not uploaded: why b.jar',
    ],
    [
      ['a', 'b', 'c', 'd', 'e'].map(failed),
      'error',
      'Failed: 5. a was not uploaded: why a b was not uploaded: why b c was not uploaded: why c And 2 more.',
    ],
    [[{ kind: 'cancelled', item: item('a.jar') }], 'info', 'Cancelled: a.jar.'],
  ];
  for (const [outcomes, severity, text] of cases) {
    it(text, () => {
      assert.deepEqual(
        summarize(outcomes, (error) => `why ${String(error)}`),
        { severity, text },
      );
    });
  }

  it('says why one started over, and of several how many did', () => {
    const text = (...outcomes: readonly UploadOutcome[]): string =>
      summarize(outcomes, String).text;
    const one = restartReason('a.jar');
    assert.match(text(one), /verified by CRC-64\. It started over: OSS no longer had the parts/);
    assert.match(text(one, uploaded('b.jar')), /CRC-64\. Started over: a\.jar\.$/);
    assert.match(text(one, restartReason('b.jar')), /CRC-64\. Started over: 2\.$/);
    assert.doesNotMatch(text(uploaded('a.jar'), uploaded('b.jar')), /[Ss]tarted over/);
  });

  it('says what can be resumed', () => {
    const cancelled = (name: string, isResumable = true): UploadOutcome => ({
      ...{ kind: 'cancelled', item: item(name), isResumable },
    });
    const text = (...outcomes: readonly UploadOutcome[]): string =>
      summarize(outcomes, String).text;
    const one = cancelled('a.jar');
    assert.match(text(one), /^Cancelled: a\.jar\. It can be resumed in the Transfers/);
    assert.match(text(uploaded('b'), one), / a\.jar can be resumed in the Transfers/);
    // Two files of one name in two folders are two.
    assert.match(text(one, cancelled('a.jar')), / 2 files can be resumed in the Transfers/);
    assert.doesNotMatch(text(cancelled('a.jar', false)), /resumed/);
  });
});
