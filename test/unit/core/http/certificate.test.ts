import assert from 'node:assert/strict';
import { certificateProblem } from '../../../../src/core/http/certificate';

describe('certificateProblem', () => {
  for (const [code, problem] of [
    ['CERT_HAS_EXPIRED', 'expired'],
    ['CERT_NOT_YET_VALID', 'notYetValid'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'selfSigned'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'unknownIssuer'],
    ['UNABLE_TO_GET_ISSUER_CERT', 'unknownIssuer'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unknownIssuer'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unknownIssuer'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'otherHost'],
    ['HOSTNAME_MISMATCH', 'otherHost'],
    ['CERT_REVOKED', 'revoked'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'noTls'],
    ['EPROTO', 'noTls'],
    ['CERT_SIGNATURE_FAILURE', 'invalid'],
    [undefined, 'invalid'],
  ] as const) {
    it(`maps ${code ?? 'an error without a code'} to ${problem}`, () =>
      assert.equal(certificateProblem(code), problem));
  }
});
