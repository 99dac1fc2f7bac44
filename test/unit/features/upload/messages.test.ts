import assert from 'node:assert/strict';
import { CodedError, type ErrorCode } from '../../../../src/core/errors/catalogue';
import { commonRecovery, failedFolder, summarize } from '../../../../src/features/upload/summary';
import type { UploadItem, UploadOutcome } from '../../../../src/common/upload/types';

const MB = 1024 * 1024;

const item = (name: string): UploadItem => ({
  id: name,
  path: `/${name}`,
  sourceUri: `file:///${name}`,
  name,
  size: MB,
  key: `p/${name}`,
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
const restarted = (name: string): UploadOutcome => {
  const outcome = uploaded(name);
  return outcome.kind === 'uploaded'
    ? { ...outcome, result: { ...outcome.result, restartReason: 'uploadGone' } }
    : outcome;
};
const failed = (name: string): UploadOutcome => ({ kind: 'failed', item: item(name), error: name });

const failedWith = (code: ErrorCode, detail?: string): UploadOutcome => ({
  kind: 'failed',
  item: item('a'),
  error: new CodedError(code, detail === undefined ? {} : { detail }),
});

describe('Recovery offered in the summary of an upload', () => {
  const setting = 'setting:edasPackages.objectKeyTemplate';
  const bug: UploadOutcome = { kind: 'failed', item: item('a'), error: new TypeError('x') };
  const denied = failedWith('oss.accessDenied');
  for (const [recovery, outcomes, next] of [
    [
      'the key template setting when the template creates invalid keys',
      [failedWith('key.empty'), failedWith('key.tooLong')],
      setting,
    ],
    [
      'the key template setting even if other files were uploaded',
      [uploaded('a'), failedWith('key.badStart')],
      setting,
    ],
    ['fetching the credential again after a denial', [denied], 'fetchAgain'],
    ['none when only one of two failures suggests it', [denied, bug], undefined],
    ['none when two failures suggest different ones', [denied, failedWith('key.empty')], undefined],
    ['none when no failure suggests one', [failedWith('network.reset')], undefined],
    ['none when all uploads succeeded', [uploaded('a')], undefined],
  ] as const) {
    it(`is ${recovery}`, () => assert.equal(commonRecovery(outcomes), next));
  }

  const folder = failedWith('source.notAFile', 'folder');
  for (const [recovery, outcomes, path] of [
    ['packing the folder that was selected as a file', [uploaded('b'), folder], '/a'],
    [
      'no packing when the source is neither a file nor a folder',
      [failedWith('source.notAFile')],
      undefined,
    ],
    ['no packing when several folders failed', [folder, folder], undefined],
    ['no packing when all uploads succeeded', [uploaded('b')], undefined],
  ] as const) {
    it(`is ${recovery}`, () => assert.equal(failedFolder(outcomes), path));
  }
});

describe('Summary of an upload', () => {
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
    it(`is “${text}”`, () => {
      assert.deepEqual(
        summarize(outcomes, (error) => `why ${String(error)}`),
        { severity, text },
      );
    });
  }

  it('says why an upload restarted, or how many of several did', () => {
    const text = (...outcomes: readonly UploadOutcome[]): string =>
      summarize(outcomes, String).text;
    const one = restarted('a.jar');
    assert.match(text(one), /verified by CRC-64\. The upload restarted because OSS no longer had/);
    assert.match(text(one, uploaded('b.jar')), /CRC-64\. Restarted: a\.jar\.$/);
    assert.match(text(one, restarted('b.jar')), /CRC-64\. Restarted: 2\.$/);
    assert.doesNotMatch(text(uploaded('a.jar'), uploaded('b.jar')), /[Rr]estarted/);
  });

  it('says which cancelled uploads can be resumed', () => {
    const cancelled = (name: string, isResumable = true): UploadOutcome => ({
      kind: 'cancelled',
      item: item(name),
      isResumable,
    });
    const text = (...outcomes: readonly UploadOutcome[]): string =>
      summarize(outcomes, String).text;
    const one = cancelled('a.jar');
    assert.match(text(one), /^Cancelled: a\.jar\. It can be resumed in the Transfers/);
    assert.match(text(uploaded('b'), one), / a\.jar can be resumed in the Transfers/);
    // Files with the same name in two folders count as two.
    assert.match(text(one, cancelled('a.jar')), / 2 files can be resumed in the Transfers/);
    assert.doesNotMatch(text(cancelled('a.jar', false)), /resumed/);
  });
});
