import assert from 'node:assert/strict';
import { CodedError, type ErrorCode } from '../../../../src/core/errors/catalogue';
import { commonRecovery, failedFolder, summarize } from '../../../../src/features/upload/summary';
import type { UploadItem, UploadOutcome } from '../../../../src/common/upload/types';

const MB = 1024 * 1024;

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
      'Uploaded a.jar (0 B), verified by CRC-64. a.jar is empty. Check the build, then upload it again.',
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
    assert.match(text(one), /verified by CRC-64\. The upload restarted because OSS no longer had/);
    assert.match(text(one, uploaded('b.jar')), /CRC-64\. Restarted: a\.jar\.$/);
    assert.match(text(one, restartReason('b.jar')), /CRC-64\. Restarted: 2\.$/);
    assert.doesNotMatch(text(uploaded('a.jar'), uploaded('b.jar')), /[Rr]estarted/);
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
