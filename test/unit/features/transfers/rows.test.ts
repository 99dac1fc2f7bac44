import assert from 'node:assert/strict';
import { CodedError } from '../../../../src/core/errors/catalogue';
import type {
  RestartReason,
  Transfer,
  TransferProgress,
} from '../../../../src/core/transfer/manager';
import { rowOf, type Row } from '../../../../src/features/transfers/rows';

const MB = 1024 * 1024;
const since = new Date(2026, 2, 5, 14, 7, 9).getTime();

function transfer(change: Partial<Transfer>): Transfer {
  return {
    id: 'id1',
    accountId: 'a1',
    sourceUri: 'file:///w/app.jar',
    name: 'app.jar',
    key: 'p/app.jar',
    state: 'running',
    size: 10 * MB,
    since,
    ...change,
  };
}

function rowFor(change: Partial<Transfer>, { now = since + 60_000, startedHere = true } = {}): Row {
  return rowOf(transfer(change), { now, startedHere });
}

function progress(change: Partial<TransferProgress>): Pick<Transfer, 'progress'> {
  const none = { sentBytes: 0, acknowledgedBytes: 0, totalBytes: 10 * MB };
  return { progress: { ...none, stage: 'sending', ...change } };
}

const result = {
  bucket: 'b',
  key: 'p/app.jar',
  size: 10 * MB,
  etag: 'E',
  crc64: 77n,
  verified: true,
  requestId: 'R1',
  sentBytes: 10 * MB,
};
const denied = new CodedError('oss.accessDenied', { serverCode: 'AccessDenied', requestId: 'R2' });

describe('Row of the Transfers view', () => {
  const cases: readonly (readonly [
    title: string,
    change: Partial<Transfer>,
    description: RegExp | string,
    spoken: RegExp | string,
    icon: string,
    can: string,
  ])[] = [
    ['shows a queued transfer', {}, 'queued', 'app.jar, queued', 'cloud-upload', 'cancel copyKey'],
    [
      'shows a transfer that is preparing',
      progress({ stage: 'preparing', totalBytes: 0 }),
      'preparing',
      'app.jar, preparing',
      'cloud-upload',
      'cancel copyKey',
    ],
    [
      'shows a transfer before its first byte',
      progress({}),
      '0% · 0 B of 10.0 MB',
      'app.jar, uploading, 0 percent',
      'cloud-upload',
      'cancel copyKey',
    ],
    [
      'shows progress, speed and remaining time while sending',
      progress({ sentBytes: 4.6 * MB, bytesPerSecond: 2 * MB, secondsLeft: 2.7 }),
      '46% · 3 s left · 4.6 MB of 10.0 MB · 2.0 MB/s',
      'app.jar, uploading, 40 percent, less than a minute left',
      'cloud-upload',
      'cancel copyKey',
    ],
    [
      'shows 99% until everything is sent',
      progress({ sentBytes: 10 * MB - 1, bytesPerSecond: 0 }),
      '99% · 10.0 MB of 10.0 MB · 0 B/s',
      'app.jar, uploading, 90 percent',
      'cloud-upload',
      'cancel copyKey',
    ],
    [
      'shows the upload of an empty file',
      { size: 0, ...progress({ totalBytes: 0 }) },
      '0% · 0 B of 0 B',
      'app.jar, uploading, 0 percent',
      'cloud-upload',
      'cancel copyKey',
    ],
    [
      'shows that a paused transfer is waiting for the network',
      progress({ sentBytes: 5 * MB, stage: 'paused', bytesPerSecond: 9 }),
      '50% · waiting for the network · 5.0 MB of 10.0 MB',
      'app.jar, waiting for the network, 50 percent',
      'debug-disconnect',
      'cancel copyKey',
    ],
    [
      'shows that a transfer is finishing',
      progress({ sentBytes: 10 * MB, stage: 'completing' }),
      '100% · finishing · 10.0 MB of 10.0 MB',
      'app.jar, finishing',
      'cloud-upload',
      'cancel copyKey',
    ],
    [
      'shows a transfer of another window',
      { state: 'otherWindow', acknowledgedBytes: 3 * MB },
      'in another window · 30% · 3.0 MB of 10.0 MB',
      'app.jar, running in another window',
      'multiple-windows',
      'copyKey',
    ],
    [
      'shows a cancelled transfer that can be resumed',
      { state: 'interrupted', acknowledgedBytes: 3 * MB },
      'cancelled · 30% · 3.0 MB of 10.0 MB',
      'app.jar, cancelled, 30 percent',
      'debug-pause',
      'resume discard copyKey',
    ],
    [
      'shows the error of an interrupted transfer',
      { state: 'interrupted', acknowledgedBytes: 3 * MB, error: denied },
      /^interrupted · 30% · 3\.0 MB of 10\.0 MB · OSS denied access\./,
      /^app\.jar, OSS denied access\..*, 30 percent$/,
      'warning',
      'resume discard copyKey',
    ],
    [
      'shows a verified upload',
      { state: 'done', result },
      '10.0 MB · verified · 14:07',
      'app.jar, uploaded, 10.0 MB, verified',
      'pass',
      'copyUrl copyKey remove',
    ],
    [
      'shows an upload that is not verified',
      { state: 'done', result: { ...result, verified: false } },
      '10.0 MB · not verified · 14:07',
      'app.jar, uploaded, 10.0 MB, not verified',
      'unverified',
      'copyUrl copyKey remove',
    ],
    [
      'shows the error of a failed transfer',
      { state: 'failed', error: denied },
      /^OSS denied access\./,
      /^app\.jar, failed: OSS denied access\./,
      'error',
      'retry copyKey remove',
    ],
    [
      'shows a general text for an unexpected error',
      { state: 'failed' },
      'Something unexpected happened. Check the log.',
      /^app\.jar, failed: Something unexpected/,
      'error',
      'retry copyKey remove',
    ],
    [
      'shows a cancelled transfer that cannot be resumed',
      { state: 'cancelled' },
      'cancelled · 14:07',
      'app.jar, cancelled · 14:07',
      'circle-slash',
      'retry copyKey remove',
    ],
  ];
  for (const [title, change, description, spoken, icon, can] of cases) {
    it(title, () => {
      const row = rowFor(change);
      assertText(row.description, description);
      assertText(row.ariaLabel, spoken);
      assert.equal(row.icon, icon);
      assert.equal(row.actions.join(' '), can);
      assert.equal(row.label, 'app.jar');
      assert.match(row.tooltip, /^p\/app\.jar\n/);
    });
  }

  it('shows a transfer of an earlier session as interrupted, not as cancelled', () => {
    const row = rowFor({ state: 'interrupted', acknowledgedBytes: 3 * MB }, { startedHere: false });
    assert.equal(row.description, 'interrupted · 30% · 3.0 MB of 10.0 MB');
    assert.match(row.tooltip, /^Started .*14:07:09/m);
  });

  it('names the account of a transfer when it is not the current one', () => {
    const circumstances = { now: since, startedHere: false };
    for (const state of ['interrupted', 'failed', 'cancelled'] as const) {
      const left = transfer({ state, acknowledgedBytes: 3 * MB });
      const hint = (otherAccount?: string): string =>
        rowOf(left, { ...circumstances, otherAccount }).tooltip;
      assert.match(hint('staging'), /belongs to the account staging/);
      assert.doesNotMatch(hint(), /account/);
    }
  });

  for (const code of ['source.changed', 'transfer.crcMismatch', 'transfer.sizeMismatch'] as const) {
    it(`says whether ${code} left a corrupt object on the server`, () => {
      const hint = (detail: string): string =>
        rowFor({ state: 'failed', error: new CodedError(code, { detail }) }).tooltip;
      assert.match(
        hint('left'),
        /^The object with this key is corrupt\. Upload the file again\.$/m,
      );
      assert.match(hint('removed'), /^Nothing was left on the server\.$/m);
    });
  }

  it('does not say what is on the server when that is unknown', () => {
    const lost = new CodedError('network.reset', { host: 'oss' });
    for (const change of [{ error: lost }, { error: denied }, {}] as const) {
      assert.doesNotMatch(rowFor({ state: 'failed', ...change }).tooltip, /left on|corrupt/);
    }
    assert.doesNotMatch(rowFor({ state: 'cancelled' }).tooltip, /left on|corrupt/);
  });

  it('says why an upload restarted', () => {
    const hint = (restartReason: RestartReason): string =>
      rowFor({ state: 'done', result: { ...result, restartReason } }).tooltip;
    assert.match(
      hint('uploadGone'),
      /^The upload restarted because OSS no longer had the uploaded parts/m,
    );
    assert.match(hint('sourceChanged'), /^The upload restarted because the file had changed/m);
    assert.match(
      hint('checkpointUnreadable'),
      /^The upload restarted because the uploaded parts could not/m,
    );
    assert.doesNotMatch(rowFor({ state: 'done', result }).tooltip, /restarted/);
  });

  it('shows the date instead of the time when the upload was on another day', () => {
    const row = rowFor({ state: 'done', result }, { now: since + 48 * 3_600_000 });
    assert.equal(row.description, '10.0 MB · verified · Mar 5');
  });

  it('keeps hover and accessible label of a running transfer within a step of ten percent', () => {
    const rows = [41, 44, 49].map((percent) =>
      rowFor(progress({ sentBytes: (percent / 100) * 10 * MB, bytesPerSecond: percent * 1000 })),
    );
    assert.equal(new Set(rows.map(({ tooltip: hint }) => hint)).size, 1);
    assert.equal(new Set(rows.map(({ ariaLabel: spoken }) => spoken)).size, 1);
    assert.equal(new Set(rows.map(({ description }) => description)).size, 3);
  });

  it('shows error code, request ID and CRC-64 for support requests', () => {
    assert.match(rowFor({ state: 'failed', error: denied }).tooltip, /AccessDenied.*R2/);
    assert.match(rowFor({ state: 'done', result }).tooltip, /CRC-64 77[^]*R1/);
    const unknown = { ...result, requestId: undefined };
    assert.doesNotMatch(rowFor({ state: 'done', result: unknown }).tooltip, /Request ID/);
  });
});

function assertText(actual: string, expected: RegExp | string): void {
  if (typeof expected === 'string') {
    assert.equal(actual, expected);
  } else {
    assert.match(actual, expected);
  }
}
