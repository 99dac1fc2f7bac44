// Compares what our client sends and signs with what the official client sends and signs.
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
import { assumeRoleResponse, startSts, type FakeSts, type ReceivedRequest } from './fakeSts';

const role = {
  roleArn: 'acs:ram::117274586608:role/deployer',
  sessionName: "me (*)!'~@host",
  externalId: 'a/b+c=d,e',
  policy: '{"Version":"1","Statement":[{"Effect":"Allow","Action":"*"}], "注": ""}',
  durationSeconds: 900,
};
const keyPair = { accessKeyId: 'LTAI5tSandboxKey0001', accessKeySecret: 'sandbox-secret' };
const temporaryKeys = {
  ...keyPair,
  accessKeyId: 'STS.Sandbox0001',
  securityToken: 'CAIS+tok/en==',
};

describe('StsClient compared with the official client', () => {
  const http = createHttpClient();
  let sts: FakeSts;

  beforeEach(async () => {
    sts = await startSts({ body: assumeRoleResponse });
  });
  afterEach(() => sts.close());
  after(() => http.dispose());

  for (const keys of [keyPair, temporaryKeys]) {
    const kind = 'securityToken' in keys ? 'temporary STS keys' : 'an AccessKey pair';

    it(`sends the same request with ${kind}`, async () => {
      const [ours, official] = [await sendWithOurs(keys), await sendWithOfficial(keys)];
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

    it(`signs the request in the same way with ${kind}`, async () => {
      for (const { method, pathname, query, headers } of [
        await sendWithOurs(keys),
        await sendWithOfficial(keys),
      ]) {
        const signed = { method, pathname, query, headers: flatten(headers) };
        const hash = String(headers['x-acs-content-sha256']);
        const theirs = OpenApiUtil.getAuthorization(
          signed as unknown as Parameters<typeof OpenApiUtil.getAuthorization>[0],
          'ACS3-HMAC-SHA256',
          hash,
          keys.accessKeyId,
          keys.accessKeySecret,
        );
        assert.equal(headers.authorization, theirs);
        assert.equal(signAcs3({ ...signed, payloadHash: hash }, toAccessKeys(keys)), theirs);
      }
    });
  }

  it('returns the same keys from a response', async () => {
    const response = await officialClient(keyPair).assumeRole(new AssumeRoleRequest(role));
    const keys = await new StsClient(http, new ServerClock(), silentLog).assumeRole(
      toAccessKeys(keyPair),
      { ...role, endpoint: sts.origin },
    );
    const theirs = response.body?.credentials;
    assert.equal(keys.accessKeyId, theirs?.accessKeyId);
    assert.equal(keys.accessKeySecret.reveal(), theirs?.accessKeySecret);
    assert.equal(keys.securityToken?.reveal(), theirs?.securityToken);
  });

  async function sendWithOurs(keys: typeof keyPair): Promise<ReceivedRequest> {
    const client = new StsClient(http, new ServerClock(), silentLog);
    await client.assumeRole(toAccessKeys(keys), { ...role, endpoint: sts.origin });
    return sts.requests.at(-1)!;
  }

  async function sendWithOfficial(keys: typeof keyPair): Promise<ReceivedRequest> {
    await officialClient(keys).assumeRole(
      new AssumeRoleRequest({ ...role, roleSessionName: role.sessionName }),
    );
    return sts.requests.at(-1)!;
  }

  function officialClient(keys: typeof keyPair): OfficialClient {
    const { host } = new URL(sts.origin);
    return new OfficialClient(
      new $OpenApiUtil.Config({ ...keys, endpoint: host, protocol: 'HTTP' }),
    );
  }
});

function toAccessKeys(keys: {
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

/** The names without retry and credentials provider headers, which only the official client sends. */
function signedHeaderNames({ headers }: ReceivedRequest): string[] {
  return (/SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1] ?? '')
    .split(';')
    .filter((name) => !/^x-acs-(?:retry-|credentials-provider)/.test(name));
}

function flatten(headers: ReceivedRequest['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
