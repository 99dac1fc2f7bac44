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
    ...{ id: 'id1', accountId: 'a1', sourceUri: 'file:///w/app.jar', name: 'app.jar' },
    ...{ key: 'p/app.jar', state: 'running', size: 10 * MB, since },
    ...change,
  };
}

function show(change: Partial<Transfer>, { now = since + 60_000, startedHere = true } = {}): Row {
  return rowOf(transfer(change), { now, startedHere });
}

function progress(change: Partial<TransferProgress>): Pick<Transfer, 'progress'> {
  const none = { sentBytes: 0, acknowledgedBytes: 0, totalBytes: 10 * MB };
  return { progress: { ...none, stage: 'sending', ...change } };
}

const result = {
  ...{ bucket: 'b', key: 'p/app.jar', size: 10 * MB, etag: 'E', crc64: 77n, verified: true },
  ...{ requestId: 'R1', sentBytes: 10 * MB },
};
const denied = new CodedError('oss.accessDenied', { serverCode: 'AccessDenied', requestId: 'R2' });

describe('A row of the Transfers view', () => {
  const cases: readonly (readonly [
    title: string,
    change: Partial<Transfer>,
    description: RegExp | string,
    spoken: RegExp | string,
    icon: string,
    can: string,
  ])[] = [
    ['waits for its turn', {}, 'queued', 'app.jar, queued', 'cloud-upload', 'cancel copyKey'],
    [
      'prepares',
      progress({ stage: 'preparing', totalBytes: 0 }),
      'preparing',
      'app.jar, preparing',
      'cloud-upload',
      'cancel copyKey',
    ],
    [
      'begins to send',
      progress({}),
      '0% · 0 B of 10.0 MB',
      'app.jar, uploading, 0 percent',
      'cloud-upload',
      'cancel copyKey',
    ],
    [
      'sends',
      progress({ sentBytes: 4.6 * MB, bytesPerSecond: 2 * MB, secondsLeft: 2.7 }),
      '46% · 3 s left · 4.6 MB of 10.0 MB · 2.0 MB/s',
      'app.jar, uploading, 40 percent, less than a minute left',
      'cloud-upload',
      'cancel copyKey',
    ],
    [
      'has sent almost all',
      progress({ sentBytes: 10 * MB - 1, bytesPerSecond: 0 }),
      '99% · 10.0 MB of 10.0 MB · 0 B/s',
      'app.jar, uploading, 90 percent',
      'cloud-upload',
      'cancel copyKey',
    ],
    [
      'sends nothing, because the file is empty',
      { size: 0, ...progress({ totalBytes: 0 }) },
      '0% · 0 B of 0 B',
      'app.jar, uploading, 0 percent',
      'cloud-upload',
      'cancel copyKey',
    ],
    [
      'waits for the network',
      progress({ sentBytes: 5 * MB, stage: 'paused', bytesPerSecond: 9 }),
      '50% · waiting for the network · 5.0 MB of 10.0 MB',
      'app.jar, waiting for the network, 50 percent',
      'debug-disconnect',
      'cancel copyKey',
    ],
    [
      'finishes',
      progress({ sentBytes: 10 * MB, stage: 'completing' }),
      '100% · finishing · 10.0 MB of 10.0 MB',
      'app.jar, finishing',
      'cloud-upload',
      'cancel copyKey',
    ],
    [
      'is running in another window',
      { state: 'otherWindow', acknowledgedBytes: 3 * MB },
      'in another window · 30% · 3.0 MB of 10.0 MB',
      'app.jar, running in another window',
      'multiple-windows',
      'copyKey',
    ],
    [
      'was cancelled on its way',
      { state: 'interrupted', acknowledgedBytes: 3 * MB },
      'cancelled · 30% · 3.0 MB of 10.0 MB',
      'app.jar, cancelled, 30 percent',
      'debug-pause',
      'resume discard copyKey',
    ],
    [
      'was interrupted by an error',
      { state: 'interrupted', acknowledgedBytes: 3 * MB, error: denied },
      /^interrupted · 30% · 3\.0 MB of 10\.0 MB · OSS denied access\./,
      /^app\.jar, OSS denied access\..*, 30 percent$/,
      'warning',
      'resume discard copyKey',
    ],
    [
      'is done',
      { state: 'done', result },
      '10.0 MB · verified · 14:07',
      'app.jar, uploaded, 10.0 MB, verified',
      'pass',
      'copyUrl copyKey remove',
    ],
    [
      'is done, not verified',
      { state: 'done', result: { ...result, verified: false } },
      '10.0 MB · not verified · 14:07',
      'app.jar, uploaded, 10.0 MB, not verified',
      'unverified',
      'copyUrl copyKey remove',
    ],
    [
      'has failed',
      { state: 'failed', error: denied },
      /^OSS denied access\./,
      /^app\.jar, failed: OSS denied access\./,
      'error',
      'retry copyKey remove',
    ],
    [
      'has failed by a bug',
      { state: 'failed' },
      'Something unexpected happened. Check the log.',
      /^app\.jar, failed: Something unexpected/,
      'error',
      'retry copyKey remove',
    ],
    [
      'was cancelled with nothing on the server',
      { state: 'cancelled' },
      'cancelled · 14:07',
      'app.jar, cancelled · 14:07',
      'circle-slash',
      'retry copyKey remove',
    ],
  ];
  for (const [title, change, description, spoken, icon, can] of cases) {
    it(title, () => {
      const row = show(change);
      said(row.description, description);
      said(row.spoken, spoken);
      assert.equal(row.icon, icon);
      assert.equal(row.can.join(' '), can);
      assert.equal(row.label, 'app.jar');
      assert.match(row.hint, /^p\/app\.jar\n/);
    });
  }

  it('says of what an earlier window has left that it was interrupted', () => {
    const row = show({ state: 'interrupted', acknowledgedBytes: 3 * MB }, { startedHere: false });
    assert.equal(row.description, 'interrupted · 30% · 3.0 MB of 10.0 MB');
    assert.match(row.hint, /^Started .*14:07:09/m);
  });

  it('names the account when it is another one', () => {
    const circumstances = { now: since, startedHere: false };
    for (const state of ['interrupted', 'failed', 'cancelled'] as const) {
      const left = transfer({ state, acknowledgedBytes: 3 * MB });
      const hint = (otherAccount?: string): string =>
        rowOf(left, { ...circumstances, otherAccount }).hint;
      assert.match(hint('staging'), /belongs to the account staging/);
      assert.doesNotMatch(hint(), /account/);
    }
  });

  for (const code of ['source.changed', 'transfer.crcMismatch', 'transfer.sizeMismatch'] as const) {
    it(`says what ${code} has left on the server`, () => {
      const hint = (detail: string): string =>
        show({ state: 'failed', error: new CodedError(code, { detail }) }).hint;
      assert.match(
        hint('left'),
        /^The object with this key is corrupt\. Upload the file again\.$/m,
      );
      assert.match(hint('removed'), /^Nothing was left on the server\.$/m);
    });
  }

  it('says nothing about the server where it does not know', () => {
    const lost = new CodedError('network.reset', { host: 'oss' });
    for (const change of [{ error: lost }, { error: denied }, {}] as const) {
      assert.doesNotMatch(show({ state: 'failed', ...change }).hint, /left on|stands/);
    }
    assert.doesNotMatch(show({ state: 'cancelled' }).hint, /left on|stands/);
  });

  it('says why it started over', () => {
    const hint = (restartReason: RestartReason): string =>
      show({ state: 'done', result: { ...result, restartReason } }).hint;
    assert.match(
      hint('uploadGone'),
      /^The upload restarted because OSS no longer had the uploaded parts/m,
    );
    assert.match(hint('sourceChanged'), /^The upload restarted because the file had changed/m);
    assert.match(
      hint('checkpointUnreadable'),
      /^The upload restarted because the uploaded parts could not/m,
    );
    assert.doesNotMatch(show({ state: 'done', result }).hint, /restarted/);
  });

  it('names the day of what was done on another one', () => {
    const row = show({ state: 'done', result }, { now: since + 48 * 3_600_000 });
    assert.equal(row.description, '10.0 MB · verified · Mar 5');
  });

  it('keeps the hover of what runs, and says how far it is in steps of ten percent', () => {
    const rows = [41, 44, 49].map((percent) =>
      show(progress({ sentBytes: (percent / 100) * 10 * MB, bytesPerSecond: percent * 1000 })),
    );
    assert.equal(new Set(rows.map(({ hint }) => hint)).size, 1);
    assert.equal(new Set(rows.map(({ spoken }) => spoken)).size, 1);
    assert.equal(new Set(rows.map(({ description }) => description)).size, 3);
  });

  it('names what support asks for', () => {
    assert.match(show({ state: 'failed', error: denied }).hint, /AccessDenied.*R2/);
    assert.match(show({ state: 'done', result }).hint, /CRC-64 77[^]*R1/);
    const unknown = { ...result, requestId: undefined };
    assert.doesNotMatch(show({ state: 'done', result: unknown }).hint, /Request ID/);
  });
});

function said(actual: string, expected: RegExp | string): void {
  if (typeof expected === 'string') {
    assert.equal(actual, expected);
  } else {
    assert.match(actual, expected);
  }
}
