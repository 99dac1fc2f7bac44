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
const noChoices = { source: false, name: false };
const discovered: DiscoveredKeys = {
  source: { kind: 'cliProfile', file: '/home/me/.aliyun/config.json', profile: 'work' },
  name: 'work',
  kind: 'AK',
  current: true,
};
const withDiscoveredKeys: SignInForm = { ...emptyForm, source: discovered };

describe('Steps of the sign-in wizard', () => {
  it('include the token only for a temporary key', () => {
    assert.deepEqual(stepsOf(permanent, noChoices), ['accessKeyId', 'secret', 'region']);
    assert.deepEqual(stepsOf(temporary, noChoices), ['accessKeyId', 'secret', 'token', 'region']);
    assert.equal(typedKeys(permanent).securityToken, undefined);
    assert.equal(typedKeys(temporary).securityToken?.reveal(), 'token');
  });

  it('include the key source when there is a choice, and no keys for a discovered source', () => {
    const allChoices = { source: true, name: true };
    assert.deepEqual(stepsOf(permanent, allChoices), [
      ...['source', 'accessKeyId', 'secret', 'name', 'region'],
    ]);
    assert.deepEqual(stepsOf(withDiscoveredKeys, allChoices), ['source', 'name', 'region']);
    assert.deepEqual(stepsOf(withDiscoveredKeys, { source: true, name: false }), [
      'source',
      'region',
    ]);
  });

  it('include the endpoint only when the form has one', () => {
    assert.deepEqual(stepsOf({ ...withDiscoveredKeys, endpoint: '' }, noChoices), [
      ...['endpoint', 'region'],
    ]);
  });

  const corrections: readonly (readonly [ErrorCode, SignInForm, string])[] = [
    ['edas.unknownAccessKey', permanent, 'accessKeyId'],
    ['edas.accessKeyDisabled', permanent, 'accessKeyId'],
    ['edas.wrongSecret', permanent, 'secret'],
    ['edas.tokenExpired', temporary, 'token'],
    ['edas.tokenInvalid', temporary, 'token'],
    ['edas.tokenExpired', permanent, 'region'],
    ['edas.wrongSecret', withDiscoveredKeys, 'source'],
    ['keys.fileBroken', withDiscoveredKeys, 'source'],
    ['sts.roleNotFound', withDiscoveredKeys, 'source'],
    ['edas.noPermission', withDiscoveredKeys, 'region'],
    ['edas.noPermission', permanent, 'region'],
    ['network.refused', permanent, 'region'],
    ['region.unknown', permanent, 'region'],
  ];
  for (const [code, form, step] of corrections) {
    const origin = form.source === undefined ? 'typed' : 'discovered';
    it(`return to ${step} after ${code} with ${origin} keys`, () => {
      assert.equal(stepToFix(new CodedError(code), form), step);
    });
  }

  it('return to the last one after an unexpected error', () => {
    assert.equal(stepToFix(new TypeError('x'), permanent), 'region');
  });
});
