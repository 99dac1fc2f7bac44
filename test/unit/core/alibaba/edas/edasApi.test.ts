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
import { answer } from './answer';

const keys: AccessKeys = {
  accessKeyId: 'LTAI5tSandboxKey0001',
  accessKeySecret: new Secret('account-secret-that-nobody-sees'),
};
const stsKeys: AccessKeys = {
  ...keys,
  securityToken: new Secret('account-token-that-nobody-sees'),
};
const endpoint = 'https://edas.cn-hangzhou.aliyuncs.com';

function setUp(sketch: (request: HttpRequest, number: number) => AnswerSketch, local = () => now) {
  const http = new FakeHttp(sketch);
  const clock = new ServerClock(local);
  const client = new EdasApi(http, clock, silentLog);
  const ask = (by: AccessKeys = keys) => client.getPackageStorageCredential({ keys: by, endpoint });
  return { http, clock, ask };
}

const success = { body: JSON.stringify(answer()), headers: { date: httpDate(now) } };

describe('EDAS client', () => {
  for (const [who, by] of [
    ['an AccessKey pair', keys],
    ['an STS triple', stsKeys],
  ] as const) {
    it(`signs requests as ${who}`, async () => {
      const { http, ask } = setUp(() => success);
      const credential = await ask(by);
      assert.equal(credential.bucket, 'edas-hz');

      const { method, url, headers, body } = http.last;
      assert.equal(`${method} ${url}`, `GET ${endpoint}/pop/v5/package_storage_credential`);
      assert.equal(body, undefined);
      assert.equal(headers.accept, 'application/json');
      assert.equal(headers['x-acs-date'], '2024-03-01T00:00:00Z');
      assert.equal(headers['x-acs-version'], '2017-08-01');
      assert.equal(headers['x-acs-security-token'], by.securityToken?.reveal());
      const { authorization, ...rest } = headers;
      const signed = signAcs3(
        {
          method,
          pathname: new URL(url).pathname,
          query: {},
          headers: { ...rest, host: new URL(url).host },
          payloadHash: headers['x-acs-content-sha256']!,
        },
        by,
      );
      assert.equal(authorization, signed);
    });
  }

  it('uses a new nonce each time', async () => {
    const { http, ask } = setUp(() => success);
    await ask();
    await ask();
    const nonces = http.requests.map(({ headers }) => headers['x-acs-signature-nonce']);
    assert.notEqual(nonces[0], nonces[1]);
  });

  it('passes on the signal', async () => {
    const { http, clock } = setUp(() => success);
    const { signal } = new AbortController();
    const client = new EdasApi(http, clock, silentLog);
    await client.getPackageStorageCredential({ keys, endpoint }, signal);
    assert.equal(http.last.signal, signal);
  });

  it('corrects its clock by every response', async () => {
    const { clock, ask } = setUp(() => ({ ...success, headers: { date: httpDate(now + 60_000) } }));
    const { fetchedAt } = await ask();
    assert.equal(clock.offsetMs, 60_000);
    assert.equal(fetchedAt, now + 60_000);
  });

  describe('with a wrong clock', () => {
    const tooLate = gateway(400, 'InvalidTimeStamp.Expired', { date: httpDate(now) });

    for (const minutes of [-20, 20]) {
      it(`of ${minutes} minutes corrects it and retries once`, async () => {
        const local = () => now + minutes * 60_000;
        const { http, ask } = setUp((_, number) => (number === 0 ? tooLate : success), local);
        await ask();
        const [first, second] = http.requests.map(({ headers }) => headers);
        assert.equal(second!['x-acs-date'], '2024-03-01T00:00:00Z');
        assert.notEqual(first!['x-acs-signature-nonce'], second!['x-acs-signature-nonce']);
      });
    }

    it('does not retry twice', async () => {
      const { http, ask } = setUp(
        () => tooLate,
        () => now - 1_200_000,
      );
      await failure(ask, 'edas.clockSkewed', { clockOffsetMs: 1_200_000 });
      assert.equal(http.requests.length, 2);
    });

    for (const headers of [{}, { date: httpDate(now) }, { date: 'never' }] as Record<
      string,
      string
    >[]) {
      it(`fails when it cannot be corrected by ${JSON.stringify(headers)}`, async () => {
        const { http, ask } = setUp(() => ({ ...tooLate, headers }));
        await failure(ask, 'edas.clockSkewed');
        assert.equal(http.requests.length, 1);
      });
    }
  });

  describe('reads errors', () => {
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
      it(`${status} ${serverCode} as ${code}`, async () => {
        await failure(setUp(() => gateway(status, serverCode)).ask, code, facts);
      });
      it(`${status} ${serverCode} as ${code}, written in XML`, async () => {
        const body =
          `<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>R-1</RequestId>` +
          `<HostId>h</HostId><Code>${serverCode}</Code><Message>No.</Message></Error>`;
        await failure(setUp(() => ({ status, body })).ask, code, facts);
      });
      it(`${status} ${serverCode} as ${code}, written in lower case`, async () => {
        const body = JSON.stringify({ code: serverCode, message: 'No.', requestId: 'R-1' });
        await failure(setUp(() => ({ status, body })).ask, code, facts);
      });
    }

    const business: readonly (readonly [number, ErrorCode])[] = [
      [601, 'edas.rejected'],
      [401, 'edas.noPermission'],
      [403, 'edas.noPermission'],
      [404, 'edas.notOffered'],
      [500, 'edas.serverFault'],
      [0, 'edas.rejected'],
    ];
    for (const [Code, code] of business) {
      it(`Code ${Code} in the body of a 200 as ${code}`, async () => {
        const body = JSON.stringify({ ...answer(), Code, Message: 'No.' });
        const { ask } = setUp(() => ({ body }));
        await failure(ask, code, {
          httpStatus: 200,
          serverCode: String(Code),
          serverMessage: 'No.',
        });
      });
    }

    it('and how long a throttled caller should wait', async () => {
      const { ask } = setUp(() => gateway(400, 'Throttling.Api', { 'x-acs-retry-after': '1500' }));
      await failure(ask, 'edas.throttled', { retryAfterMs: 1500 });
    });

    for (const text of ['soon', '-1', '1.5', '']) {
      it(`and ignores a waiting time of ${JSON.stringify(text)}`, async () => {
        const { ask } = setUp(() => gateway(400, 'Throttling', { 'x-acs-retry-after': text }));
        await failure(ask, 'edas.throttled', { retryAfterMs: undefined as never });
      });
    }
  });

  describe('refuses a', () => {
    const page = '<!DOCTYPE html><html><body><p>Welcome to the hotel</body></html>';
    const odd: readonly (readonly [string, AnswerSketch, ErrorCode])[] = [
      ['page with status 200', { body: page }, 'answer.notUnderstood'],
      ['page with status 403', { status: 403, body: page }, 'answer.notUnderstood'],
      ['page with status 502', { status: 502, body: page }, 'edas.serverFault'],
      ['empty answer', { body: '' }, 'answer.notUnderstood'],
      ['truncated JSON', { body: success.body.slice(0, 200) }, 'answer.notUnderstood'],
      ['truncated XML', { status: 400, body: '<Error><Code>X</Code>' }, 'answer.notUnderstood'],
      ['array', { body: '[200]' }, 'answer.notUnderstood'],
      ['null', { body: 'null' }, 'answer.notUnderstood'],
      ['object without a code', { body: '{}' }, 'answer.notUnderstood'],
      ['binary', { body: Buffer.from([0xff, 0xfe, 0x00]) }, 'answer.notUnderstood'],
      ['success in the body of a 500', { ...success, status: 500 }, 'edas.serverFault'],
    ];
    for (const [what, sketch, code] of odd) {
      it(what, () => failure(setUp(() => sketch).ask, code));
    }

    it('success without a credential', () =>
      failure(setUp(() => ({ body: '{"Code":200}' })).ask, 'edas.credentialMalformed', {
        subject: 'Credential',
        detail: 'missing',
      }));

    it('field that is missing, and never quotes what is there', async () => {
      const { ask } = setUp(() => ({ body: JSON.stringify(answer({ Bucket: '' })) }));
      const error = await failure(ask, 'edas.credentialMalformed', { subject: 'Bucket' });
      assert.doesNotMatch(`${error.message} ${JSON.stringify(error)}`, /nobody-sees|CAIS/);
    });
  });

  describe('links to a page about a failure', () => {
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
    for (const [link, isTaken] of links) {
      it(`${isTaken ? 'takes' : 'drops'} ${link.slice(0, 40)}`, async () => {
        const body = JSON.stringify({ Code: 'MissingAction', Message: 'No.', Recommend: link });
        const facts: ErrorFacts = { recommendUrl: (isTaken ? link : undefined)! };
        await failure(setUp(() => ({ status: 400, body })).ask, 'edas.rejected', facts);
      });
    }
  });

  it('hides what it signed, although the gateway echoes it', async () => {
    const Message =
      'Specified signature is not matched with our calculation. server string to sign is:ACS3-HMAC-SHA256\n' +
      'abc, server canonicalRequest is:GET\n/\n\nx-acs-accesskey-id:LTAI5tSandboxKey0001\n' +
      'x-acs-security-token:account-token-that-nobody-sees\n';
    const body = JSON.stringify({ Code: 'SignatureDoesNotMatch', Message, RequestId: 'R-1' });
    const error = await failure(setUp(() => ({ status: 400, body })).ask, 'edas.wrongSecret', {
      serverMessage: 'Specified signature is not matched with our calculation',
    });
    assert.doesNotMatch(error.message, /nobody-sees|LTAI5tSandbox|canonical/);
  });
});

/** An answer of the gateway. */
function gateway(
  status: number,
  Code: string,
  headers: Readonly<Record<string, string>> = {},
): AnswerSketch {
  const body = { RequestId: 'R-1', HostId: 'edas.cn-hangzhou.aliyuncs.com', Code, Message: 'No.' };
  return { status, headers, body: JSON.stringify(body) };
}
