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
const held = credential({ fetchedAt: 0, expiresAt: 60 * minute });
const failure = new CodedError('edas.noPermission', {
  serverCode: 'Forbidden.RAM',
  requestId: 'REQ-1',
  recommendUrl: 'https://api.aliyun.com/troubleshoot',
});

function picture(
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
  return new Map(rowsOf(picture(state, now)).map((row) => [row.id, row]));
}

const states: readonly (readonly [string, CredentialState, number])[] = [
  ['none', { kind: 'none' }, 0],
  ['fetching at first', { kind: 'fetching' }, 0],
  ['fetching again', { kind: 'fetching', last: held }, 10],
  ['ready', { kind: 'held', credential: held }, 10],
  ['expiring', { kind: 'held', credential: held }, 56 * minute],
  ['expired', { kind: 'held', credential: held }, 63 * minute],
  ['failed at first', { kind: 'failed', error: failure, userInitiated: true }, 0],
  ['failed later', { kind: 'failed', error: failure, userInitiated: false, last: held }, 10],
];

describe('rows of the Credential view', () => {
  it('has none when nobody is signed in, so that the welcome text shows', () => {
    assert.deepEqual(rowsOf(picture({ kind: 'none' }, 0, { account: undefined })), []);
  });

  for (const [name, state, now] of states) {
    it(`${name}: each row has its own id, an icon and words for a screen reader; no secret has a row`, () => {
      const all = [...rows(state, now).values()];
      assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
      for (const row of all) {
        assert.ok(row.icon && row.label && row.description, row.id);
      }
      const text = JSON.stringify(all);
      assert.ok(!text.includes(held.accessKeySecret.reveal()));
      assert.ok(!text.includes(held.securityToken.reveal()));
    });
  }

  it('shows where the credential points, in the order of PRODUCT', () => {
    assert.deepEqual(
      [...rows({ kind: 'held', credential: held }).keys()],
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

  it('marks the endpoint in use by word, not by colour alone', () => {
    const found = rows({ kind: 'held', credential: held });
    assert.match(found.get('endpoint.vpc')?.label ?? '', /in use/);
    assert.doesNotMatch(found.get('endpoint.public')?.label ?? '', /in use/);
  });

  it('masks the AccessKey ID to its last four', () => {
    const row = rows({ kind: 'held', credential: held }).get('accessKeyId');
    assert.equal(row?.description, `••••${held.accessKeyId.slice(-4)}`);
    assert.ok(!JSON.stringify([row.hint, row.ariaLabel]).includes(held.accessKeyId));
  });

  const expiry: readonly (readonly [number, string, string | undefined])[] = [
    [17 * minute + 50_000, 'expires in 42 m 10 s', undefined],
    [54 * minute, 'expires in 6 m 0 s', undefined],
    [54 * minute + 1, 'expires in 6 m 0 s', 'warning'],
    [60 * minute - 1, 'expires in 1 s', 'warning'],
    [60 * minute, 'expired just now, renewed at next use', 'muted'],
    [63 * minute, 'expired 3 m ago, renewed at next use', 'muted'],
  ];
  for (const [now, description, tone] of expiry) {
    it(`expiry at ${now} ms: ${description}`, () => {
      const row = rows({ kind: 'held', credential: held }, now).get('expiry');
      assert.equal(row?.description, description);
      assert.equal(row.tone, tone);
    });
  }

  it('keeps the last good rows beside what failed, which names code, request ID and help', () => {
    const found = rows({ kind: 'failed', error: failure, userInitiated: false, last: held }, 10);
    assert.ok(found.has('bucket'));
    const row = found.get('failure');
    assert.match(row?.description ?? '', /edas:GetPackageStorageCredential/);
    assert.deepEqual(
      row?.children?.map(({ description }) => description),
      ['Forbidden.RAM', 'REQ-1', 'https://api.aliyun.com/troubleshoot'],
    );
  });

  it('turns the icon of the expiry row while fetching, and leaves its text', () => {
    const row = rows({ kind: 'fetching', last: held }, 10).get('expiry');
    assert.equal(row?.icon, 'loading~spin');
    assert.match(row.description ?? '', /^expires in/);
  });
});

describe('status bar text', () => {
  it('is hidden when nobody is signed in', () => {
    assert.equal(statusTextOf(picture({ kind: 'none' }, 0, { account: undefined })), undefined);
  });

  const cases: readonly (readonly [CredentialState, number, string, string | undefined])[] = [
    [{ kind: 'none' }, 0, '$(key) EDAS', undefined],
    [{ kind: 'fetching', last: held }, 0, '$(loading~spin) EDAS', undefined],
    [{ kind: 'held', credential: held }, 17 * minute + 50_000, '$(key) EDAS 42m', undefined],
    [{ kind: 'held', credential: held }, 55 * minute + 1000, '$(key) EDAS 04:59', 'warning'],
    [{ kind: 'held', credential: held }, 63 * minute, '$(key) EDAS expired', undefined],
    [{ kind: 'failed', error: failure, userInitiated: true }, 0, '$(error) EDAS failed', 'error'],
    [
      { kind: 'failed', error: failure, userInitiated: false },
      0,
      '$(error) EDAS failed',
      'warning',
    ],
  ];
  for (const [state, now, text, background] of cases) {
    it(`${text}${background === undefined ? '' : `, ${background}`}`, () => {
      const shown = statusTextOf(picture(state, now));
      assert.equal(shown?.text, text);
      assert.equal(shown.background, background);
      assert.doesNotMatch(shown.ariaLabel, /\$\(|\d\d:\d\d/);
    });
  }
});
