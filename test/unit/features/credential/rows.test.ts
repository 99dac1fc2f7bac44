import assert from 'node:assert/strict';
import { CodedError } from '../../../../src/core/errors/catalogue';
import type { CredentialState } from '../../../../src/core/credential/session';
import type { CredentialViewState } from '../../../../src/features/credential/viewState';
import type { Row } from '../../../../src/features/credential/row';
import { rowsOf } from '../../../../src/features/credential/rows';
import { statusTextOf } from '../../../../src/features/credential/statusText';
import { account } from '../../support/account';
import { credential } from '../../support/credential';

const minute = 60_000;
const issued = credential({ fetchedAt: 0, expiresAt: 60 * minute });
const failure = new CodedError('edas.noPermission', {
  serverCode: 'Forbidden.RAM',
  requestId: 'REQ-1',
  recommendUrl: 'https://api.aliyun.com/troubleshoot',
});

function viewState(
  state: CredentialState,
  now = 0,
  rest: Partial<CredentialViewState> = {},
): CredentialViewState {
  return {
    account: account(),
    state,
    now,
    network: 'vpc',
    ...rest,
  };
}

function rows(state: CredentialState, now = 0): ReadonlyMap<string, Row> {
  return new Map(rowsOf(viewState(state, now)).map((row) => [row.id, row]));
}

const states: readonly (readonly [string, CredentialState, number])[] = [
  ['no credential was fetched', { kind: 'none' }, 0],
  ['the first fetch is running', { kind: 'fetching' }, 0],
  ['a renewal is running', { kind: 'fetching', last: issued }, 10],
  ['the credential is ready', { kind: 'held', credential: issued }, 10],
  ['the credential is expiring', { kind: 'held', credential: issued }, 56 * minute],
  ['the credential is expired', { kind: 'held', credential: issued }, 63 * minute],
  ['the first fetch failed', { kind: 'failed', error: failure, userInitiated: true }, 0],
  ['a renewal failed', { kind: 'failed', error: failure, userInitiated: false, last: issued }, 10],
];

describe('Rows of the Credential view', () => {
  it('are empty when no account is signed in, so that the welcome text shows', () => {
    assert.deepEqual(rowsOf(viewState({ kind: 'none' }, 0, { account: undefined })), []);
  });

  for (const [situation, state, now] of states) {
    it(`have unique ids, icons and descriptions, but no secret, when ${situation}`, () => {
      const all = [...rows(state, now).values()];
      assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
      for (const row of all) {
        assert.ok(row.icon && row.label && row.description, row.id);
      }
      const text = JSON.stringify(all);
      assert.ok(!text.includes(issued.accessKeySecret.reveal()));
      assert.ok(!text.includes(issued.securityToken.reveal()));
    });
  }

  it('are in a fixed order', () => {
    assert.deepEqual(
      [...rows({ kind: 'held', credential: issued }).keys()],
      [
        'account',
        'region',
        'bucket',
        'prefix',
        'expiry',
        'endpoint.public',
        'endpoint.vpc',
        'endpoint.internal',
        'accessKeyId',
        'requestId',
      ],
    );
  });

  it('mark the endpoint in use with words', () => {
    const found = rows({ kind: 'held', credential: issued });
    assert.match(found.get('endpoint.vpc')?.label ?? '', /in use/);
    assert.doesNotMatch(found.get('endpoint.public')?.label ?? '', /in use/);
  });

  it('show only the last four characters of the AccessKey ID', () => {
    const row = rows({ kind: 'held', credential: issued }).get('accessKeyId');
    assert.equal(row?.description, `••••${issued.accessKeyId.slice(-4)}`);
    assert.ok(!JSON.stringify([row.hint, row.ariaLabel]).includes(issued.accessKeyId));
  });

  const expiry: readonly (readonly [number, string, string | undefined])[] = [
    [17 * minute + 50_000, 'expires in 42 m 10 s', undefined],
    [54 * minute, 'expires in 6 m 0 s', undefined],
    [54 * minute + 1, 'expires in 6 m 0 s', 'warning'],
    [60 * minute - 1, 'expires in 1 s', 'warning'],
    [60 * minute, 'expired just now, renewed at next use', 'muted'],
    [63 * minute, 'expired 3 m ago, renewed at next use', 'muted'],
  ];
  for (const [now, description, severity] of expiry) {
    it(`show the expiry as “${description}” after ${now} ms`, () => {
      const row = rows({ kind: 'held', credential: issued }, now).get('expiry');
      assert.equal(row?.description, description);
      assert.equal(row.severity, severity);
    });
  }

  it('keep those of the last credential after a failure, whose row has code, request ID and help', () => {
    const found = rows({ kind: 'failed', error: failure, userInitiated: false, last: issued }, 10);
    assert.ok(found.has('bucket'));
    const row = found.get('failure');
    assert.match(row?.description ?? '', /edas:GetPackageStorageCredential/);
    assert.deepEqual(
      row?.children?.map(({ description }) => description),
      ['Forbidden.RAM', 'REQ-1', 'https://api.aliyun.com/troubleshoot'],
    );
  });

  it('show a spinning icon while fetching, and keep the text of the expiry', () => {
    const row = rows({ kind: 'fetching', last: issued }, 10).get('expiry');
    assert.equal(row?.icon, 'loading~spin');
    assert.match(row.description ?? '', /^expires in/);
  });
});

describe('Status bar text', () => {
  it('is hidden when no account is signed in', () => {
    assert.equal(statusTextOf(viewState({ kind: 'none' }, 0, { account: undefined })), undefined);
  });

  const cases: readonly (readonly [CredentialState, number, string, string | undefined])[] = [
    [{ kind: 'none' }, 0, '$(key) EDAS', undefined],
    [{ kind: 'fetching', last: issued }, 0, '$(loading~spin) EDAS', undefined],
    [{ kind: 'held', credential: issued }, 17 * minute + 50_000, '$(key) EDAS 42m', undefined],
    [{ kind: 'held', credential: issued }, 55 * minute + 1000, '$(key) EDAS 04:59', 'warning'],
    [{ kind: 'held', credential: issued }, 63 * minute, '$(key) EDAS expired', undefined],
    [{ kind: 'failed', error: failure, userInitiated: true }, 0, '$(error) EDAS failed', 'error'],
    [
      { kind: 'failed', error: failure, userInitiated: false },
      0,
      '$(error) EDAS failed',
      'warning',
    ],
  ];
  for (const [state, now, text, background] of cases) {
    it(`is “${text}”${background === undefined ? '' : `, with the ${background} background`}`, () => {
      const shown = statusTextOf(viewState(state, now));
      assert.equal(shown?.text, text);
      assert.equal(shown.background, background);
      assert.doesNotMatch(shown.ariaLabel, /\$\(|\d\d:\d\d/);
    });
  }
});
