import assert from 'node:assert/strict';
import { ServerClock } from '../../../../../src/core/util/clock';
import { signAcs3 } from '../../../../../src/core/alibaba/acs3';
import { EdasApi } from '../../../../../src/core/alibaba/edas/edasApi';
import type { AccessKeys } from '../../../../../src/core/alibaba/edas/credential';
import type { ErrorCode, ErrorFacts } from '../../../../../src/core/errors/catalogue';
import type { HttpRequest } from '../../../../../src/core/http/types';
import { silentLog } from '../../../../../src/core/util/log';
import { Secret } from '../../../../../src/core/util/secret';
import { failure } from '../../../support/coded';
import { now } from '../../../support/credential';
import { FakeHttp, httpDate, type AnswerSketch } from '../../../support/fakeHttp';
import { credentialResponse } from './responseFixture';

const keys: AccessKeys = {
  accessKeyId: 'LTAI5tSandboxKey0001',
  accessKeySecret: new Secret('account-secret-that-nobody-sees'),
};
const stsKeys: AccessKeys = {
  ...keys,
  securityToken: new Secret('account-token-that-nobody-sees'),
};
const endpoint = 'https://edas.cn-hangzhou.aliyuncs.com';

function setUp(
  respond: (request: HttpRequest, number: number) => AnswerSketch,
  localTime = () => now,
) {
  const http = new FakeHttp(respond);
  const clock = new ServerClock(localTime);
  const client = new EdasApi(http, clock, silentLog);
  const request = (signer: AccessKeys = keys) =>
    client.getPackageStorageCredential({ keys: signer, endpoint });
  return { http, clock, request };
}

const success = { body: JSON.stringify(credentialResponse()), headers: { date: httpDate(now) } };

describe('EdasApi.getPackageStorageCredential', () => {
  for (const [kind, signer] of [
    ['an AccessKey pair', keys],
    ['temporary STS keys', stsKeys],
  ] as const) {
    it(`signs requests with ${kind}`, async () => {
      const { http, request } = setUp(() => success);
      const credential = await request(signer);
      assert.equal(credential.bucket, 'edas-hz');

      const { method, url, headers, body } = http.last;
      assert.equal(`${method} ${url}`, `GET ${endpoint}/pop/v5/package_storage_credential`);
      assert.equal(body, undefined);
      assert.equal(headers.accept, 'application/json');
      assert.equal(headers['x-acs-date'], '2024-03-01T00:00:00Z');
      assert.equal(headers['x-acs-version'], '2017-08-01');
      assert.equal(headers['x-acs-security-token'], signer.securityToken?.reveal());
      const { authorization, ...rest } = headers;
      const signed = signAcs3(
        {
          method,
          pathname: new URL(url).pathname,
          query: {},
          headers: { ...rest, host: new URL(url).host },
          payloadHash: headers['x-acs-content-sha256']!,
        },
        signer,
      );
      assert.equal(authorization, signed);
    });
  }

  it('uses a new nonce for each request', async () => {
    const { http, request } = setUp(() => success);
    await request();
    await request();
    const nonces = http.requests.map(({ headers }) => headers['x-acs-signature-nonce']);
    assert.notEqual(nonces[0], nonces[1]);
  });

  it('passes the abort signal to the HTTP client', async () => {
    const { http, clock } = setUp(() => success);
    const { signal } = new AbortController();
    const client = new EdasApi(http, clock, silentLog);
    await client.getPackageStorageCredential({ keys, endpoint }, signal);
    assert.equal(http.last.signal, signal);
  });

  it('synchronizes the clock with the Date header of a response', async () => {
    const { clock, request } = setUp(() => ({
      ...success,
      headers: { date: httpDate(now + 60_000) },
    }));
    const { fetchedAt } = await request();
    assert.equal(clock.offsetMs, 60_000);
    assert.equal(fetchedAt, now + 60_000);
  });

  describe('when the local clock is wrong', () => {
    const skewed = gatewayError(400, 'InvalidTimeStamp.Expired', { date: httpDate(now) });

    for (const minutes of [-20, 20]) {
      it(`by ${minutes} minutes, corrects it and retries once with a new nonce`, async () => {
        const localTime = () => now + minutes * 60_000;
        const { http, request } = setUp(
          (_, number) => (number === 0 ? skewed : success),
          localTime,
        );
        await request();
        const [first, second] = http.requests.map(({ headers }) => headers);
        assert.equal(second!['x-acs-date'], '2024-03-01T00:00:00Z');
        assert.notEqual(first!['x-acs-signature-nonce'], second!['x-acs-signature-nonce']);
      });
    }

    it('does not retry a second time', async () => {
      const { http, request } = setUp(
        () => skewed,
        () => now - 1_200_000,
      );
      await failure(request, 'edas.clockSkewed', { clockOffsetMs: 1_200_000 });
      assert.equal(http.requests.length, 2);
    });

    for (const headers of [{}, { date: httpDate(now) }, { date: 'never' }] as Record<
      string,
      string
    >[]) {
      it(`fails without a retry when the headers ${JSON.stringify(headers)} do not correct it`, async () => {
        const { http, request } = setUp(() => ({ ...skewed, headers }));
        await failure(request, 'edas.clockSkewed');
        assert.equal(http.requests.length, 1);
      });
    }
  });

  describe('error responses', () => {
    const table: readonly (readonly [number, string, ErrorCode])[] = [
      [404, 'InvalidAccessKeyId.NotFound', 'edas.unknownAccessKey'],
      [400, 'InvalidAccessKeyId.NotFound', 'edas.unknownAccessKey'],
      [400, 'InvalidAccessKeyId.Inactive', 'edas.accessKeyDisabled'],
      [400, 'SignatureDoesNotMatch', 'edas.wrongSecret'],
      [400, 'InvalidSecurityToken.Expired', 'edas.tokenExpired'],
      [400, 'InvalidSecurityToken.Malformed', 'edas.tokenInvalid'],
      [400, 'InvalidSecurityToken.MismatchWithAccessKey', 'edas.tokenInvalid'],
      [400, 'MissingSecurityToken', 'edas.tokenInvalid'],
      [403, 'Forbidden.RAM', 'edas.noPermission'],
      [400, 'Forbidden.RAM', 'edas.noPermission'],
      [401, 'AUTH_ERROR', 'edas.noPermission'],
      [404, 'InvalidApi.NotFound', 'edas.notOffered'],
      [404, 'InvalidProduct.NotFound', 'edas.notOffered'],
      [400, 'Throttling.User', 'edas.throttled'],
      [429, 'TooMany', 'edas.throttled'],
      [500, 'INTERNAL_ERROR', 'edas.serverFault'],
      [503, 'Whatever', 'edas.serverFault'],
      [400, 'SignatureNonceUsed', 'edas.rejected'],
      [400, 'MissingAction', 'edas.rejected'],
    ];
    const common = {
      host: 'edas.cn-hangzhou.aliyuncs.com',
      serverMessage: 'No.',
      requestId: 'R-1',
    };
    for (const [status, serverCode, code] of table) {
      const facts = { ...common, httpStatus: status, serverCode };
      it(`maps ${status} ${serverCode} to ${code}`, async () => {
        await failure(setUp(() => gatewayError(status, serverCode)).request, code, facts);
      });
      it(`maps ${status} ${serverCode} to ${code} in XML`, async () => {
        const body =
          `<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>R-1</RequestId>` +
          `<HostId>h</HostId><Code>${serverCode}</Code><Message>No.</Message></Error>`;
        await failure(setUp(() => ({ status, body })).request, code, facts);
      });
      it(`maps ${status} ${serverCode} to ${code} with lower-case field names`, async () => {
        const body = JSON.stringify({ code: serverCode, message: 'No.', requestId: 'R-1' });
        await failure(setUp(() => ({ status, body })).request, code, facts);
      });
    }

    const businessErrors: readonly (readonly [number, ErrorCode])[] = [
      [601, 'edas.rejected'],
      [401, 'edas.noPermission'],
      [403, 'edas.noPermission'],
      [404, 'edas.notOffered'],
      [500, 'edas.serverFault'],
      [0, 'edas.rejected'],
    ];
    for (const [Code, code] of businessErrors) {
      it(`maps Code ${Code} in the body of a 200 response to ${code}`, async () => {
        const body = JSON.stringify({ ...credentialResponse(), Code, Message: 'No.' });
        const { request } = setUp(() => ({ body }));
        await failure(request, code, {
          httpStatus: 200,
          serverCode: String(Code),
          serverMessage: 'No.',
        });
      });
    }

    it('reads the retry delay of a throttled request', async () => {
      const { request } = setUp(() =>
        gatewayError(400, 'Throttling.Api', { 'x-acs-retry-after': '1500' }),
      );
      await failure(request, 'edas.throttled', { retryAfterMs: 1500 });
    });

    for (const text of ['soon', '-1', '1.5', '']) {
      it(`ignores the invalid retry delay ${JSON.stringify(text)}`, async () => {
        const { request } = setUp(() =>
          gatewayError(400, 'Throttling', { 'x-acs-retry-after': text }),
        );
        await failure(request, 'edas.throttled', { retryAfterMs: undefined as never });
      });
    }
  });

  describe('unexpected responses', () => {
    const page = '<!DOCTYPE html><html><body><p>Welcome to the hotel</body></html>';
    const unexpected: readonly (readonly [string, AnswerSketch, ErrorCode])[] = [
      ['an HTML page with status 200', { body: page }, 'response.notUnderstood'],
      ['an HTML page with status 403', { status: 403, body: page }, 'response.notUnderstood'],
      ['an HTML page with status 502', { status: 502, body: page }, 'edas.serverFault'],
      ['an empty body', { body: '' }, 'response.notUnderstood'],
      ['truncated JSON', { body: success.body.slice(0, 200) }, 'response.notUnderstood'],
      ['truncated XML', { status: 400, body: '<Error><Code>X</Code>' }, 'response.notUnderstood'],
      ['an array', { body: '[200]' }, 'response.notUnderstood'],
      ['null', { body: 'null' }, 'response.notUnderstood'],
      ['an object without a code', { body: '{}' }, 'response.notUnderstood'],
      ['binary data', { body: Buffer.from([0xff, 0xfe, 0x00]) }, 'response.notUnderstood'],
      ['a success body with status 500', { ...success, status: 500 }, 'edas.serverFault'],
    ];
    for (const [description, response, code] of unexpected) {
      it(`reports ${description} as ${code}`, () => failure(setUp(() => response).request, code));
    }

    it('rejects a success response without a credential', () =>
      failure(setUp(() => ({ body: '{"Code":200}' })).request, 'edas.credentialMalformed', {
        subject: 'Credential',
        detail: 'missing',
      }));

    it('names the empty field, but quotes no values of the response', async () => {
      const { request } = setUp(() => ({
        body: JSON.stringify(credentialResponse({ Bucket: '' })),
      }));
      const error = await failure(request, 'edas.credentialMalformed', { subject: 'Bucket' });
      assert.doesNotMatch(`${error.message} ${JSON.stringify(error)}`, /nobody-sees|CAIS/);
    });
  });

  describe('help link in an error response', () => {
    const links: readonly (readonly [string, boolean])[] = [
      ['https://api.aliyun.com/troubleshoot?q=Throttling&product=Edas&requestId=R-1', true],
      ['https://api.alibabacloud.com/troubleshoot?q=X', true],
      ['https://error-center.aliyuncs.com/x', true],
      ['https://evil-bucket.oss-cn-hangzhou.aliyuncs.com/login.html', false],
      ['https://anything.aliyun.com/', false],
      ['http://api.aliyun.com/troubleshoot', false],
      ['https://aliyun.com.evil.example/', false],
      ['https://evilaliyun.com/', false],
      ['https://user:pass@api.aliyun.com/', false],
      ['https://api.aliyun.com:8443/', false],
      ['javascript:alert(1)', false],
      ['https://api.aliyun.com/?s=account-secret-that-nobody-sees', false],
    ];
    for (const [link, isTrusted] of links) {
      it(`${isTrusted ? 'accepts' : 'ignores'} ${link}`, async () => {
        const body = JSON.stringify({ Code: 'MissingAction', Message: 'No.', Recommend: link });
        const facts: ErrorFacts = { recommendUrl: (isTrusted ? link : undefined)! };
        await failure(setUp(() => ({ status: 400, body })).request, 'edas.rejected', facts);
      });
    }
  });

  it('removes signed data that the gateway echoes in its error message', async () => {
    const Message =
      'Specified signature is not matched with our calculation. server string to sign is:ACS3-HMAC-SHA256\n' +
      'abc, server canonicalRequest is:GET\n/\n\nx-acs-accesskey-id:LTAI5tSandboxKey0001\n' +
      'x-acs-security-token:account-token-that-nobody-sees\n';
    const body = JSON.stringify({ Code: 'SignatureDoesNotMatch', Message, RequestId: 'R-1' });
    const error = await failure(setUp(() => ({ status: 400, body })).request, 'edas.wrongSecret', {
      serverMessage: 'Specified signature is not matched with our calculation',
    });
    assert.doesNotMatch(error.message, /nobody-sees|LTAI5tSandbox|canonical/);
  });
});

/** An error response of the API gateway. */
function gatewayError(
  status: number,
  Code: string,
  headers: Readonly<Record<string, string>> = {},
): AnswerSketch {
  const body = { RequestId: 'R-1', HostId: 'edas.cn-hangzhou.aliyuncs.com', Code, Message: 'No.' };
  return { status, headers, body: JSON.stringify(body) };
}
