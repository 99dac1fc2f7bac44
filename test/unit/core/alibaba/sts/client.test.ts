import { strict as assert } from 'node:assert';

import { ServerClock } from '../../../../../src/core/util/clock';
import type { AccessKeys } from '../../../../../src/core/alibaba/edas/credential';
import type { ErrorCode } from '../../../../../src/core/errors/catalogue';
import { createHttpClient } from '../../../../../src/core/http/client';
import { Secret } from '../../../../../src/core/util/secret';
import { StsClient } from '../../../../../src/core/alibaba/sts/client';
import type { RoleRequest } from '../../../../../src/core/alibaba/sts/role';
import { assertFails, markedKeys } from '../keySources/markedKeys';
import { assumeRoleResponse, startSts, type FakeSts, type StsResponse } from './fakeSts';

const callerSecret = 'MarkedSecretOfTheCaller0000001';
const caller: AccessKeys = {
  accessKeyId: markedKeys.id,
  accessKeySecret: new Secret(callerSecret),
};
const roleArn = 'acs:ram::117274586608:role/deployer';

describe('StsClient.assumeRole', () => {
  const http = createHttpClient();
  let sts: FakeSts | undefined;
  let logLines: string[];

  afterEach(async () => {
    await sts?.close();
    sts = undefined;
  });
  after(() => http.dispose());

  /** Calls AssumeRole on a server that sends these responses. */
  async function assume(
    responses: readonly StsResponse[],
    role: Partial<RoleRequest> = {},
    clock = new ServerClock(),
    keys = caller,
  ): Promise<AccessKeys> {
    sts = await startSts(...responses);
    logLines = [];
    const addLine = (line: string): void => void logLines.push(line);
    const log = { trace: addLine, debug: addLine, info: addLine, warn: addLine, error: addLine };
    const client = new StsClient(http, clock, log);
    return client.assumeRole(keys, { roleArn, sessionName: 'me', endpoint: sts.origin, ...role });
  }

  it('returns temporary keys, and logs only the request ID', async () => {
    const keys = await assume([{ body: assumeRoleResponse }]);
    assert.deepEqual(Object.keys(keys).sort(), ['accessKeyId', 'accessKeySecret', 'securityToken']);
    assert.equal(keys.accessKeyId, assumeRoleResponse.Credentials.AccessKeyId);
    assert.equal(keys.accessKeySecret.reveal(), markedKeys.secret);
    assert.equal(keys.securityToken?.reveal(), markedKeys.token);
    assert.deepEqual(logLines, [`STS AssumeRole: 200, RequestId ${assumeRoleResponse.RequestId}`]);
  });

  it('sends only the requested parameters', async () => {
    await assume([{ body: assumeRoleResponse }]);
    assert.deepEqual(sts!.requests[0]!.query, { RoleArn: roleArn, RoleSessionName: 'me' });
    await sts!.close();
    const full = {
      externalId: 'a/b+c=d,e',
      policy: '{"Version":"1","Statement":[{"Effect":"Allow","Action":"edas:*"}]}',
      durationSeconds: 900,
    };
    await assume([{ body: assumeRoleResponse }], full);
    assert.deepEqual(sts!.requests[0]!.query, {
      RoleArn: roleArn,
      RoleSessionName: 'me',
      ExternalId: full.externalId,
      Policy: full.policy,
      DurationSeconds: '900',
    });
  });

  it('maps error responses to error codes, without the secrets that they echo', async () => {
    const echo = `server string to sign is: POST&${markedKeys.token}&${callerSecret}`;
    const cases: [number, string, ErrorCode][] = [
      [403, 'NoPermission', 'sts.noPermission'],
      [403, 'Forbidden.RAM', 'sts.noPermission'],
      [404, 'EntityNotExist.Role', 'sts.roleNotFound'],
      [400, 'InvalidParameter.RoleArn', 'sts.rejected'],
      [400, 'InvalidParameter.DurationSeconds', 'sts.rejected'],
      [404, 'InvalidApi.NotFound', 'sts.rejected'],
      [404, 'InvalidAccessKeyId.NotFound', 'edas.unknownAccessKey'],
      [400, 'InvalidAccessKeyId.Inactive', 'edas.accessKeyDisabled'],
      [400, 'SignatureDoesNotMatch', 'edas.wrongSecret'],
      [400, 'InvalidSecurityToken.Expired', 'edas.tokenExpired'],
      [400, 'Throttling.User', 'edas.throttled'],
      [500, 'InternalError', 'edas.serverFault'],
    ];
    for (const [status, code, expected] of cases) {
      const body = { RequestId: 'R-1', HostId: 'sts', Code: code, Message: `no: ${echo}` };
      const error = await assertFails(() => assume([{ status, body }]), expected);
      assert.equal(error.facts.subject, roleArn);
      assert.equal(error.facts.requestId, 'R-1');
      assert.equal(error.facts.serverCode, code);
      assert.equal(logLines.join().includes('MarkedSecret'), false);
      await sts?.close();
    }
  });

  it('names the malformed field of a response, but not its value', async () => {
    const { Credentials } = assumeRoleResponse;
    const cases: [unknown, string, string][] = [
      [markedKeys.secret, 'Credentials', 'missing'],
      [null, 'Credentials', 'missing'],
      [{ ...assumeRoleResponse, Credentials: [] }, 'Credentials', 'malformed'],
      [{ ...assumeRoleResponse, RequestId: markedKeys.token }, 'RequestId', 'malformed'],
      [{ Credentials }, 'RequestId', 'missing'],
      ...['AccessKeyId', 'AccessKeySecret', 'SecurityToken', 'Expiration'].flatMap(
        (field): [unknown, string, string][] => [
          [
            { ...assumeRoleResponse, Credentials: { ...Credentials, [field]: undefined } },
            field,
            'missing',
          ],
          [
            { ...assumeRoleResponse, Credentials: { ...Credentials, [field]: ' ' } },
            field,
            'empty',
          ],
          [
            {
              ...assumeRoleResponse,
              Credentials: { ...Credentials, [field]: [markedKeys.secret] },
            },
            field,
            'malformed',
          ],
        ],
      ),
      [
        { ...assumeRoleResponse, Credentials: { ...Credentials, AccessKeyId: 'a\r\nb' } },
        'AccessKeyId',
        'malformed',
      ],
      [
        { ...assumeRoleResponse, Credentials: { ...Credentials, Expiration: 'soon' } },
        'Expiration',
        'malformed',
      ],
      [
        {
          ...assumeRoleResponse,
          Credentials: { ...Credentials, Expiration: '2020-01-01T00:00:00Z' },
        },
        'Expiration',
        'expired',
      ],
    ];
    for (const [body, subject, detail] of cases) {
      const error = await assertFails(() => assume([{ body }]), 'sts.responseMalformed');
      assert.deepEqual([error.facts.subject, error.facts.detail], [subject, detail]);
      await sts?.close();
    }
  });

  it('corrects a wrong clock, and retries once with a new nonce', async () => {
    const clock = new ServerClock(() => Date.now() - 20 * 60_000);
    const skewed = { status: 400, body: { Code: 'InvalidTimeStamp.Expired', RequestId: 'R' } };
    const keys = await assume([skewed, { body: assumeRoleResponse }], {}, clock);
    assert.equal(keys.accessKeyId, assumeRoleResponse.Credentials.AccessKeyId);
    const [first, second] = sts!.requests.map(({ headers }) => headers);
    assert.notEqual(first!['x-acs-signature-nonce'], second!['x-acs-signature-nonce']);
    const sent = Date.parse(String(second!['x-acs-date']));
    assert.ok(Math.abs(sent - Date.now()) < 5 * 60_000);
    await sts?.close();
    // There is no retry when the response does not correct the clock.
    await assertFails(() => assume([skewed], {}, new ServerClock()), 'edas.clockSkewed');
    assert.equal(sts?.requests.length, 1);
  });

  it('sends no request when it is already aborted', async () => {
    sts = await startSts({ body: assumeRoleResponse });
    const client = new StsClient(http, new ServerClock(), {
      trace: () => undefined,
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    });
    const role = { roleArn, sessionName: 'me', endpoint: sts.origin };
    await assert.rejects(client.assumeRole(caller, role, AbortSignal.abort()), {
      name: 'AbortError',
    });
    assert.equal(sts.requests.length, 0);
  });
});
