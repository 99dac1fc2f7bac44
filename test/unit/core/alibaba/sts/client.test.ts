import { strict as assert } from 'node:assert';

import { ServerClock } from '../../../../../src/core/util/clock';
import type { AccessKeys } from '../../../../../src/core/alibaba/edas/credential';
import type { ErrorCode } from '../../../../../src/core/errors/catalogue';
import { createHttpClient } from '../../../../../src/core/http/client';
import { Secret } from '../../../../../src/core/util/secret';
import { StsClient } from '../../../../../src/core/alibaba/sts/client';
import type { RoleRequest } from '../../../../../src/core/alibaba/sts/role';
import { assertFails, marked } from '../keySources/marked';
import { lent, startSts, type FakeSts, type StsAnswer } from './fakeSts';

const callerSecret = 'MarkedSecretOfTheCaller0000001';
const caller: AccessKeys = {
  accessKeyId: marked.id,
  accessKeySecret: new Secret(callerSecret),
};
const roleArn = 'acs:ram::117274586608:role/deployer';

describe('STS AssumeRole', () => {
  const http = createHttpClient();
  let sts: FakeSts | undefined;
  let lines: string[];

  afterEach(async () => {
    await sts?.close();
    sts = undefined;
  });
  after(() => http.dispose());

  /** Asks a server that answers so. */
  async function assume(
    answers: readonly StsAnswer[],
    role: Partial<RoleRequest> = {},
    clock = new ServerClock(),
    keys = caller,
  ): Promise<AccessKeys> {
    sts = await startSts(...answers);
    lines = [];
    const note = (line: string): void => void lines.push(line);
    const log = { trace: note, debug: note, info: note, warn: note, error: note };
    const client = new StsClient(http, clock, log);
    return client.assumeRole(keys, { roleArn, sessionName: 'me', endpoint: sts.origin, ...role });
  }

  it('returns temporary keys', async () => {
    const keys = await assume([{ body: lent }]);
    assert.deepEqual(Object.keys(keys).sort(), ['accessKeyId', 'accessKeySecret', 'securityToken']);
    assert.equal(keys.accessKeyId, lent.Credentials.AccessKeyId);
    assert.equal(keys.accessKeySecret.reveal(), marked.secret);
    assert.equal(keys.securityToken?.reveal(), marked.token);
    assert.deepEqual(lines, [`STS AssumeRole: 200, RequestId ${lent.RequestId}`]);
  });

  it('sends the requested parameters and no more', async () => {
    await assume([{ body: lent }]);
    assert.deepEqual(sts!.seen[0]!.query, { RoleArn: roleArn, RoleSessionName: 'me' });
    await sts!.close();
    const full = {
      externalId: 'a/b+c=d,e',
      policy: '{"Version":"1","Statement":[{"Effect":"Allow","Action":"edas:*"}]}',
      durationSeconds: 900,
    };
    await assume([{ body: lent }], full);
    assert.deepEqual(sts!.seen[0]!.query, {
      RoleArn: roleArn,
      RoleSessionName: 'me',
      ExternalId: full.externalId,
      Policy: full.policy,
      DurationSeconds: '900',
    });
  });

  it('distinguishes errors, without the secrets that they echo', async () => {
    const echo = `server string to sign is: POST&${marked.token}&${callerSecret}`;
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
      assert.equal(lines.join().includes('MarkedSecret'), false);
      await sts?.close();
    }
  });

  it('names the malformed field of a response, but not its value', async () => {
    const { Credentials } = lent;
    const cases: [unknown, string, string][] = [
      [marked.secret, 'Credentials', 'missing'],
      [null, 'Credentials', 'missing'],
      [{ ...lent, Credentials: [] }, 'Credentials', 'malformed'],
      [{ ...lent, RequestId: marked.token }, 'RequestId', 'malformed'],
      [{ Credentials }, 'RequestId', 'missing'],
      ...['AccessKeyId', 'AccessKeySecret', 'SecurityToken', 'Expiration'].flatMap(
        (field): [unknown, string, string][] => [
          [{ ...lent, Credentials: { ...Credentials, [field]: undefined } }, field, 'missing'],
          [{ ...lent, Credentials: { ...Credentials, [field]: ' ' } }, field, 'empty'],
          [
            { ...lent, Credentials: { ...Credentials, [field]: [marked.secret] } },
            field,
            'malformed',
          ],
        ],
      ),
      [
        { ...lent, Credentials: { ...Credentials, AccessKeyId: 'a\r\nb' } },
        'AccessKeyId',
        'malformed',
      ],
      [{ ...lent, Credentials: { ...Credentials, Expiration: 'soon' } }, 'Expiration', 'malformed'],
      [
        { ...lent, Credentials: { ...Credentials, Expiration: '2020-01-01T00:00:00Z' } },
        'Expiration',
        'expired',
      ],
    ];
    for (const [body, subject, detail] of cases) {
      const error = await assertFails(() => assume([{ body }]), 'sts.answerMalformed');
      assert.deepEqual([error.facts.subject, error.facts.detail], [subject, detail]);
      await sts?.close();
    }
  });

  it('corrects a wrong clock, and retries once with a new nonce', async () => {
    const clock = new ServerClock(() => Date.now() - 20 * 60_000);
    const skewed = { status: 400, body: { Code: 'InvalidTimeStamp.Expired', RequestId: 'R' } };
    const keys = await assume([skewed, { body: lent }], {}, clock);
    assert.equal(keys.accessKeyId, lent.Credentials.AccessKeyId);
    const [first, second] = sts!.seen.map(({ headers }) => headers);
    assert.notEqual(first!['x-acs-signature-nonce'], second!['x-acs-signature-nonce']);
    const sent = Date.parse(String(second!['x-acs-date']));
    assert.ok(Math.abs(sent - Date.now()) < 5 * 60_000);
    await sts?.close();
    // A clock that the answer does not correct is not tried twice.
    await assertFails(() => assume([skewed], {}, new ServerClock()), 'edas.clockSkewed');
    assert.equal(sts?.seen.length, 1);
  });

  it('stops when it is aborted', async () => {
    sts = await startSts({ body: lent });
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
    assert.equal(sts.seen.length, 0);
  });
});
