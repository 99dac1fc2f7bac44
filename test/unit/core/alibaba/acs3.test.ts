import assert from 'node:assert/strict';
import OfficialUtils from '@alicloud/openapi-core/dist/utils';
import fc from 'fast-check';
import { signAcs3, type Acs3Request } from '../../../../src/core/alibaba/acs3';
import { percentEncodePath } from '../../../../src/core/util/percent';
import { Secret } from '../../../../src/core/util/secret';
import vectors from '../../fixtures/vectors.json';
import { header, hash, oddText, plainName } from '../../support/generators';

function sign(request: Acs3Request, id: string, secret: string): string {
  return signAcs3(request, { accessKeyId: id, accessKeySecret: new Secret(secret) });
}

describe('signAcs3', () => {
  for (const vector of vectors.acs3) {
    it(`matches the test vector ${vector.name}`, () => {
      const { canonicalUri, accessKeyId, accessKeySecret, query, headers, ...request } = vector;
      const signed = sign(
        {
          ...request,
          pathname: canonicalUri,
          query: query as object as Record<string, string>,
          headers: headers as object as Record<string, string>,
        },
        accessKeyId,
        accessKeySecret,
      );
      assert.equal(signed, vector.authorization);
    });
  }

  it('matches the official client for 2,000 generated requests', () => {
    const request = fc.record({
      method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD'),
      pathname: oddText().map((text) => percentEncodePath(`/${text}`)),
      // The official client does not encode parameter names: only those that need no encoding can be compared.
      query: fc.dictionary(plainName(), oddText(), { maxKeys: 6 }),
      headers: fc.dictionary(
        fc.oneof(
          fc.constantFrom('Host', 'host', 'content-type', 'Content-Type', 'accept', 'User-Agent'),
          plainName().map((name) => `x-acs-${name}`),
          plainName().map((name) => `X-Acs-${name}`),
        ),
        header(),
        { maxKeys: 8 },
      ),
      payloadHash: hash(),
    });
    const key = fc.tuple(plainName(), header());
    fc.assert(
      fc.property(request, key, (generated, [id, secret]) => {
        const official = OfficialUtils.getAuthorization(
          generated as never,
          'ACS3-HMAC-SHA256',
          generated.payloadHash,
          id,
          secret,
        );
        assert.equal(sign(generated, id, secret), official);
      }),
      { seed: 20170801, numRuns: 2_000 },
    );
  });
});
