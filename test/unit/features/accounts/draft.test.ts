import assert from 'node:assert/strict';
import { CodedError, type ErrorCode } from '../../../../src/core/errors';
import { Secret } from '../../../../src/core/secret';
import {
  emptyDraft,
  keysIn,
  stepsOf,
  stepToMend,
  type Draft,
} from '../../../../src/features/accounts/draft';

const permanent: Draft = { ...emptyDraft, accessKeyId: 'LTAI5tSandboxKey0001' };
const temporary: Draft = { ...emptyDraft, accessKeyId: 'STS.abc', token: new Secret('token') };

describe('the row of sign-in boxes', () => {
  it('asks only a temporary key for its token', () => {
    assert.deepEqual(stepsOf(permanent), ['accessKeyId', 'secret', 'region']);
    assert.deepEqual(stepsOf(temporary), ['accessKeyId', 'secret', 'token', 'region']);
    assert.equal(keysIn(permanent).securityToken, undefined);
    assert.equal(keysIn(temporary).securityToken?.reveal(), 'token');
  });

  const mends: readonly (readonly [ErrorCode, Draft, string])[] = [
    ['edas.unknownAccessKey', permanent, 'accessKeyId'],
    ['edas.accessKeyDisabled', permanent, 'accessKeyId'],
    ['edas.wrongSecret', permanent, 'secret'],
    ['edas.tokenExpired', temporary, 'token'],
    ['edas.tokenExpired', permanent, 'region'],
    ['edas.noPermission', permanent, 'region'],
    ['network.refused', permanent, 'region'],
    ['region.unknown', permanent, 'region'],
  ];
  for (const [code, draft, step] of mends) {
    it(`opens the box of the ${step} again after ${code}`, () => {
      assert.equal(stepToMend(new CodedError(code), draft), step);
    });
  }

  it('opens the last box after a bug', () => {
    assert.equal(stepToMend(new TypeError('x'), permanent), 'region');
  });
});
