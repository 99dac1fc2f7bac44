import assert from 'node:assert/strict';
import type { ErrorCode, ErrorFacts } from '../../../../src/core/errors/catalogue';
import { failure } from '../../support/coded';
import { credential, now } from '../../support/credential';
import { httpDate, type AnswerSketch } from '../../support/fakeHttp';
import { host, key, ossError, setUp, target } from './ossFixture';

function put({ oss }: ReturnType<typeof setUp>, to = target): () => Promise<unknown> {
  return () => oss.putObject(to, { key, body: Buffer.from('x'), forbidOverwrite: true });
}

describe('OSS error responses', () => {
  const table: readonly (readonly [number, string, ErrorCode])[] = [
    [403, 'AccessDenied', 'oss.accessDenied'],
    [403, 'SecurityTokenExpired', 'oss.tokenExpired'],
    [403, 'InvalidSecurityToken', 'oss.tokenExpired'],
    [403, 'InvalidAccessKeyId', 'oss.tokenExpired'],
    [403, 'SignatureDoesNotMatch', 'oss.signatureRejected'],
    [403, 'RequestTimeTooSkewed', 'oss.clockSkewed'],
    [409, 'FileAlreadyExists', 'oss.objectExists'],
    [404, 'NoSuchBucket', 'oss.noSuchBucket'],
    [404, 'NoSuchKey', 'oss.noSuchKey'],
    [404, 'NoSuchUpload', 'oss.noSuchUpload'],
    [400, 'EntityTooLarge', 'oss.entityTooLarge'],
    [400, 'InvalidDigest', 'oss.bodyDamaged'],
    [400, 'InvalidCRC64', 'oss.bodyDamaged'],
    [400, 'IncompleteBody', 'oss.bodyDamaged'],
    [400, 'RequestTimeout', 'oss.serverFault'],
    [500, 'InternalError', 'oss.serverFault'],
    [503, 'ServiceUnavailable', 'oss.serverFault'],
    [503, 'UploadTrafficRateLimitExceeded', 'oss.throttled'],
    [503, 'TotalQpsLimitExceeded', 'oss.throttled'],
    [429, 'Slower', 'oss.throttled'],
    [412, 'PreconditionFailed', 'oss.preconditionFailed'],
    [403, 'InvalidObjectState', 'oss.archived'],
    [400, 'InvalidArgument', 'oss.rejected'],
    [400, 'InvalidPart', 'oss.rejected'],
    [403, 'UserDisable', 'oss.rejected'],
    [400, 'UnknownCode', 'oss.rejected'],
  ];
  for (const [status, serverCode, code] of table) {
    it(`maps ${status} ${serverCode} to ${code}`, async () => {
      const body = ossError(serverCode, { EC: '0003-00000001' });
      const fixture = setUp(() => ({ status, body }));
      const facts: ErrorFacts = {
        host,
        httpStatus: status,
        serverCode,
        serverMessage: 'No.',
        requestId: 'R-1',
        ec: '0003-00000001',
        subject: key,
      };
      await failure(put(fixture), code, facts);
      assert.equal(fixture.http.requests.length, 1);
    });
  }

  it('maps InvalidAccessKeyId for a key that is not from STS to oss.rejected', () => {
    const longLived = {
      ...target,
      credential: credential({ accessKeyId: 'LTAI5tSandboxKey0001' }),
    };
    const fixture = setUp(
      () => ({ status: 403, body: ossError('InvalidAccessKeyId') }),
      undefined,
      longLived,
    );
    return failure(put(fixture, longLived), 'oss.rejected');
  });

  it('reads the request ID and the EC from the headers when the body has none', async () => {
    const headers = { 'x-oss-ec': '0003-00000002' };
    const body = '<Error><Code>AccessDenied</Code></Error>';
    await failure(put(setUp(() => ({ status: 403, headers, body }))), 'oss.accessDenied', {
      requestId: '5C3D9175B6FC201293AD0001',
      ec: '0003-00000002',
    });
  });

  it('reports the correct endpoint and the help page', async () => {
    const more = {
      Endpoint: 'oss-cn-beijing.aliyuncs.com',
      RecommendDoc: 'https://api.aliyun.com/troubleshoot?q=0003-00001403',
    };
    const fixture = setUp(() => ({ status: 403, body: ossError('AccessDenied', more) }));
    await failure(put(fixture), 'oss.accessDenied', {
      detail: more.Endpoint,
      recommendUrl: more.RecommendDoc,
    });
  });

  for (const [text, ms] of [
    ['2', 2_000],
    [httpDate(now + 5_000), 5_000],
    [httpDate(now - 5_000), undefined],
    ['soon', undefined],
    ['-1', undefined],
  ] as const) {
    it(`reads the header Retry-After: ${text} as ${ms === undefined ? 'no delay' : `${ms} ms`}`, () =>
      failure(
        put(setUp(() => ({ status: 503, headers: { 'retry-after': text }, body: ossError('X') }))),
        'oss.serverFault',
        { retryAfterMs: ms as never },
      ));
  }

  const unexpected: readonly (readonly [string, AnswerSketch, ErrorCode])[] = [
    [
      'an HTML page with status 403',
      { status: 403, body: '<html><p>Hotel</html>' },
      'oss.accessDenied',
    ],
    ['an empty body with status 502', { status: 502 }, 'oss.serverFault'],
    ['an empty body with status 408', { status: 408 }, 'oss.serverFault'],
    ['an empty body with status 400', { status: 400 }, 'response.notUnderstood'],
    ['truncated XML', { status: 400, body: '<Error><Code>X</Code>' }, 'response.notUnderstood'],
    ['XML with a DOCTYPE', { status: 400, body: '<!DOCTYPE x><Error/>' }, 'response.notUnderstood'],
  ];
  for (const [description, response, code] of unexpected) {
    it(`maps ${description} to ${code}`, () => failure(put(setUp(() => response)), code));
  }

  it('hides signed data and keys that OSS echoes', async () => {
    const body = ossError('SignatureDoesNotMatch', {
      Message: 'No match. Signature=abcd, token CAIS+tok/en==, key STS.NUtestid0001',
      OSSAccessKeyId: 'STS.NUtestid0001',
      SignatureProvided: 'abcd',
      StringToSign: 'OSS4-HMAC-SHA256 sts-secret-that-nobody-sees',
    });
    const error = await failure(
      put(setUp(() => ({ status: 403, body }))),
      'oss.signatureRejected',
      { serverMessage: 'No match. Signature=[hidden], token [hidden], key ****0001' },
    );
    assert.doesNotMatch(error.message, /abcd|tok\/en|NUtestid|nobody-sees/);
  });

  describe('when the clock is wrong', () => {
    const stored = { headers: { etag: '"AB"' } };
    const skewed = (more = {}) => ({ status: 403, body: ossError('RequestTimeTooSkewed', more) });

    for (const minutes of [-20, 20]) {
      it(`by ${minutes} minutes, retries once with the corrected time`, async () => {
        const localTime = () => now + minutes * 60_000;
        const fixture = setUp((_, number) => (number === 0 ? skewed() : stored), localTime);
        await put(fixture)();
        assert.equal(fixture.http.last.headers['x-oss-date'], '20240301T000000Z');
        assert.equal(fixture.http.requests.length, 2);
      });
    }

    it('reads ServerTime from the body when there is no Date header', async () => {
      const body = skewed({ ServerTime: '2024-03-01T00:00:00.000Z' });
      const fixture = setUp(
        (_, number) => ({
          ...(number === 0 ? body : stored),
          ...noDate(number === 0 ? {} : stored.headers),
        }),
        () => now - 1_200_000,
      );
      await put(fixture)();
      assert.equal(fixture.http.last.headers['x-oss-date'], '20240301T000000Z');
      assert.equal(fixture.http.requests.length, 2);
    });

    it('does not change the clock that decides when the credential expires', async () => {
      const wrongTime = { ServerTime: '2024-03-01T20:00:00.000Z' };
      const fixture = setUp((_, number) => (number === 0 ? skewed(wrongTime) : stored));
      await put(fixture)();
      assert.equal(fixture.http.last.headers['x-oss-date'], '20240301T200000Z');
      assert.equal(fixture.clock.offsetMs, 0);
    });

    it('ignores the Date header of a successful response', async () => {
      const headers = { ...stored.headers, date: 'Fri, 01 Mar 2024 20:00:00 GMT' };
      const fixture = setUp(() => ({ headers }));
      await put(fixture)();
      await put(fixture)();
      assert.equal(fixture.http.last.headers['x-oss-date'], '20240301T000000Z');
    });

    for (const time of ['9999-12-31T00:00:00.000Z', '1970-01-01T00:00:00.000Z', 'soon']) {
      it(`does not retry with the implausible ServerTime ${time}`, async () => {
        const fixture = setUp(() => ({
          ...skewed({ ServerTime: time }),
          ...noDate({}),
        }));
        await failure(put(fixture), 'oss.clockSkewed', { clockOffsetMs: 0 });
        assert.equal(fixture.http.requests.length, 1);
      });
    }

    it('does not retry a second time', async () => {
      const fixture = setUp(
        () => skewed(),
        () => now - 1_200_000,
      );
      await failure(put(fixture), 'oss.clockSkewed', { clockOffsetMs: 1_200_000 });
      assert.equal(fixture.http.requests.length, 2);
    });

    it('retries once when OSS reports SignatureDoesNotMatch', async () => {
      const wrong = { status: 403, body: ossError('SignatureDoesNotMatch') };
      const fixture = setUp(
        (_, number) => (number === 0 ? wrong : stored),
        () => now - 1_200_000,
      );
      await put(fixture)();
      assert.equal(fixture.http.requests.length, 2);
    });

    it('retries once when another response has already corrected the clock', async () => {
      const fixture = setUp(
        (_, number) => {
          if (number === 0) {
            fixture.clock.sync(now);
          }
          return number === 0 ? skewed() : stored;
        },
        () => now - 1_200_000,
      );
      await put(fixture)();
      assert.equal(fixture.http.requests.length, 2);
    });
  });
});

function noDate(headers: Readonly<Record<string, string>>): AnswerSketch {
  return { headers: { ...headers, date: undefined! } };
}
