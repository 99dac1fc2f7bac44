// The official client as an oracle: what it sends and what it signs, against what we send and sign.
import { strict as assert } from 'node:assert';

import { OpenApiUtil, $OpenApiUtil } from '@alicloud/openapi-core';
import OfficialClient, { AssumeRoleRequest } from '@alicloud/sts20150401';

import { ServerClock } from '../../../../../src/core/util/clock';
import { signAcs3 } from '../../../../../src/core/alibaba/acs3';
import type { AccessKeys } from '../../../../../src/core/alibaba/edas/credential';
import { createHttpClient } from '../../../../../src/core/http/client';
import { silentLog } from '../../../../../src/core/util/log';
import { Secret } from '../../../../../src/core/util/secret';
import { StsClient } from '../../../../../src/core/alibaba/sts/client';
import { lent, startSts, type FakeSts, type SeenRequest } from './fakeSts';

const role = {
  roleArn: 'acs:ram::117274586608:role/deployer',
  sessionName: "me (*)!'~@host",
  externalId: 'a/b+c=d,e',
  policy: '{"Version":"1","Statement":[{"Effect":"Allow","Action":"*"}], "注": ""}',
  durationSeconds: 900,
};
const pair = { accessKeyId: 'LTAI5tSandboxKey0001', accessKeySecret: 'sandbox-secret' };
const triple = { ...pair, accessKeyId: 'STS.Sandbox0001', securityToken: 'CAIS+tok/en==' };

describe('STS AssumeRole, beside the official client', () => {
  const http = createHttpClient();
  let sts: FakeSts;

  beforeEach(async () => {
    sts = await startSts({ body: lent });
  });
  afterEach(() => sts.close());
  after(() => http.dispose());

  for (const keys of [pair, triple]) {
    const kind = 'securityToken' in keys ? 'an STS triple' : 'an AccessKey pair';

    it(`sends the same with ${kind}`, async () => {
      const [ours, official] = [await askByOurs(keys), await askByOfficial(keys)];
      assert.equal(ours.method, official.method);
      assert.equal(ours.pathname, official.pathname);
      assert.deepEqual(ours.query, official.query);
      assert.deepEqual(signedHeaderNames(ours), signedHeaderNames(official));
      for (const name of [
        'x-acs-action',
        'x-acs-version',
        'x-acs-security-token',
        'x-acs-accesskey-id',
        'accept',
        'x-acs-content-sha256',
      ]) {
        assert.equal(ours.headers[name], official.headers[name], name);
      }
    });

    it(`signs as the official client does with ${kind}`, async () => {
      for (const { method, pathname, query, headers } of [
        await askByOurs(keys),
        await askByOfficial(keys),
      ]) {
        const signed = { method, pathname, query, headers: flat(headers) };
        const hash = String(headers['x-acs-content-sha256']);
        const theirs = OpenApiUtil.getAuthorization(
          signed as unknown as Parameters<typeof OpenApiUtil.getAuthorization>[0],
          'ACS3-HMAC-SHA256',
          hash,
          keys.accessKeyId,
          keys.accessKeySecret,
        );
        assert.equal(headers.authorization, theirs);
        assert.equal(signAcs3({ ...signed, payloadHash: hash }, secretly(keys)), theirs);
      }
    });
  }

  it('reads the same from the response', async () => {
    const answer = await officialClient(pair).assumeRole(new AssumeRoleRequest(role));
    const keys = await new StsClient(http, new ServerClock(), silentLog).assumeRole(
      secretly(pair),
      { ...role, endpoint: sts.origin },
    );
    const theirs = answer.body?.credentials;
    assert.equal(keys.accessKeyId, theirs?.accessKeyId);
    assert.equal(keys.accessKeySecret.reveal(), theirs?.accessKeySecret);
    assert.equal(keys.securityToken?.reveal(), theirs?.securityToken);
  });

  async function askByOurs(keys: typeof pair): Promise<SeenRequest> {
    const client = new StsClient(http, new ServerClock(), silentLog);
    await client.assumeRole(secretly(keys), { ...role, endpoint: sts.origin });
    return sts.seen.at(-1)!;
  }

  async function askByOfficial(keys: typeof pair): Promise<SeenRequest> {
    await officialClient(keys).assumeRole(
      new AssumeRoleRequest({ ...role, roleSessionName: role.sessionName }),
    );
    return sts.seen.at(-1)!;
  }

  function officialClient(keys: typeof pair): OfficialClient {
    const { host } = new URL(sts.origin);
    return new OfficialClient(
      new $OpenApiUtil.Config({ ...keys, endpoint: host, protocol: 'HTTP' }),
    );
  }
});

function secretly(keys: {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken?: string;
}): AccessKeys {
  return {
    accessKeyId: keys.accessKeyId,
    accessKeySecret: new Secret(keys.accessKeySecret),
    ...(keys.securityToken !== undefined && { securityToken: new Secret(keys.securityToken) }),
  };
}

/** Without those of retries and of where keys come from, which only the official client sends. */
function signedHeaderNames({ headers }: SeenRequest): string[] {
  return (/SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1] ?? '')
    .split(';')
    .filter((name) => !/^x-acs-(?:retry-|credentials-provider)/.test(name));
}

function flat(headers: SeenRequest['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
