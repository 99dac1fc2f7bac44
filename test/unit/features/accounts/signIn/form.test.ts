import assert from 'node:assert/strict';
import { CodedError, type ErrorCode } from '../../../../../src/core/errors/catalogue';
import type { DiscoveredKeys } from '../../../../../src/core/alibaba/keySources/discover';
import { Secret } from '../../../../../src/core/util/secret';
import {
  emptyForm,
  stepsOf,
  stepToFix,
  typedKeys,
  type SignInForm,
} from '../../../../../src/features/accounts/signIn/form';

const permanent: SignInForm = { ...emptyForm, accessKeyId: 'LTAI5tSandboxKey0001' };
const temporary: SignInForm = { ...emptyForm, accessKeyId: 'STS.abc', token: new Secret('token') };
const plain = { source: false, name: false };
const offered: DiscoveredKeys = {
  source: { kind: 'cliProfile', file: '/home/me/.aliyun/config.json', profile: 'work' },
  name: 'work',
  kind: 'AK',
  current: true,
};
const followed: SignInForm = { ...emptyForm, source: offered };

describe('the row of sign-in boxes', () => {
  it('asks only a temporary key for its token', () => {
    assert.deepEqual(stepsOf(permanent, plain), ['accessKeyId', 'secret', 'region']);
    assert.deepEqual(stepsOf(temporary, plain), ['accessKeyId', 'secret', 'token', 'region']);
    assert.equal(typedKeys(permanent).securityToken, undefined);
    assert.equal(typedKeys(temporary).securityToken?.reveal(), 'token');
  });

  it('asks where keys come from when there is a choice, once', () => {
    const all = { source: true, name: true };
    assert.deepEqual(stepsOf(permanent, all), [
      ...['source', 'accessKeyId', 'secret', 'name', 'region'],
    ]);
    assert.deepEqual(stepsOf(followed, all), ['source', 'name', 'region']);
    assert.deepEqual(stepsOf(followed, { source: true, name: false }), ['source', 'region']);
  });

  it('asks for an endpoint only when one is wanted', () => {
    assert.deepEqual(stepsOf({ ...followed, endpoint: '' }, plain), [...['endpoint', 'region']]);
  });

  const mends: readonly (readonly [ErrorCode, SignInForm, string])[] = [
    ['edas.unknownAccessKey', permanent, 'accessKeyId'],
    ['edas.accessKeyDisabled', permanent, 'accessKeyId'],
    ['edas.wrongSecret', permanent, 'secret'],
    ['edas.tokenExpired', temporary, 'token'],
    ['edas.tokenInvalid', temporary, 'token'],
    ['edas.tokenExpired', permanent, 'region'],
    ['edas.wrongSecret', followed, 'source'],
    ['keys.fileBroken', followed, 'source'],
    ['sts.roleNotFound', followed, 'source'],
    ['edas.noPermission', followed, 'region'],
    ['edas.noPermission', permanent, 'region'],
    ['network.refused', permanent, 'region'],
    ['region.unknown', permanent, 'region'],
  ];
  for (const [code, form, step] of mends) {
    const of = form.source === undefined ? 'typed' : 'found';
    it(`opens the box of the ${step} again after ${code} of ${of} keys`, () => {
      assert.equal(stepToFix(new CodedError(code), form), step);
    });
  }

  it('opens the last box after a bug', () => {
    assert.equal(stepToFix(new TypeError('x'), permanent), 'region');
  });
});
