import assert from 'node:assert/strict';

import OpenApiClient from '@alicloud/openapi-core';
import { Config, OpenApiRequest, Params } from '@alicloud/openapi-core/dist/utils';

import { defaultKeys, Sandbox } from '..';
import {
  requestCredential,
  fetchCredential,
  type CredentialFields,
  type CredentialRequestChanges,
} from './credentialRequest';

describe('EDAS sandbox', () => {
  let sandbox: Sandbox;
  const expired = {
    id: 'STS.NSandboxCaller0002',
    secret: 'SandboxSecretNotForRealUse0006',
    securityToken: 'CAISsandboxExpired==',
    expiresAt: Date.now() - 60_000,
  };
  before(async () => {
    sandbox = await Sandbox.start({ keys: [...defaultKeys, expired] });
  });
  after(() => sandbox.stop());
  afterEach(() => {
    sandbox.faults.clear();
    sandbox.clock.offsetMs = 0;
    Object.assign(sandbox.settings, { regionOffered: true, edasResponse: undefined });
  });

  it("returns a credential to Alibaba Cloud's client, with an AccessKey pair and with STS keys", async () => {
    for (const key of [sandbox.keys[0]!, sandbox.keys[4]!]) {
      const client = new OpenApiClient(
        new Config({
          accessKeyId: key.id,
          accessKeySecret: key.secret,
          ...(key.securityToken && { securityToken: key.securityToken }),
          endpoint: new URL(sandbox.edasEndpoint).host,
          protocol: 'http',
        }),
      );
      const { statusCode, body } = (await client.callApi(
        new Params({
          action: 'GetPackageStorageCredential',
          version: '2017-08-01',
          protocol: 'HTTP',
          pathname: '/pop/v5/package_storage_credential',
          method: 'GET',
          authType: 'AK',
          style: 'ROA',
          reqBodyType: 'json',
          bodyType: 'json',
        }),
        new OpenApiRequest({}),
        {} as never, // runtime options: all defaults
      )) as { statusCode: number; body: { Code: number; Credential: CredentialFields } };
      assert.equal(statusCode, 200);
      assert.equal(body.Code, 200);
      const { Credential: credential } = body;
      assert.match(credential.AccessKeyId, /^STS\.N\w{24}$/);
      assert.match(credential.Expiration, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      assert.equal(credential.KeyPrefix, 'release-pkg/117274586608');
      assert.equal(Object.keys(credential).length, 10);
    }
  });

  it('returns the package prefix of the account, and credentials with the configured duration', async () => {
    const [, second] = sandbox.keys;
    sandbox.settings.credentialSeconds = 90;
    const credential = await fetchCredential(sandbox, { key: second! });
    assert.equal(credential.KeyPrefix, 'release-pkg/117274586609');
    const durationMs = Date.parse(credential.Expiration) - Date.now();
    assert.ok(durationMs > 0 && durationMs <= 90_000);
  });

  const minutes = 60_000;
  const refusals: [title: string, status: number, code: string, CredentialRequestChanges][] = [
    ['an unknown key', 404, 'InvalidAccessKeyId.NotFound', { key: { id: 'LTAI5tNobody' } }],
    [
      'a disabled key',
      400,
      'InvalidAccessKeyId.Inactive',
      { key: { id: 'LTAI5tSandboxDisabled' } },
    ],
    ['a wrong secret', 400, 'SignatureDoesNotMatch', { key: { secret: 'wrong' } }],
    [
      'a header changed after signing',
      400,
      'SignatureDoesNotMatch',
      { tampered: { 'x-acs-signature-nonce': 'n' } },
    ],
    [
      'an x-acs header that was not signed',
      400,
      'SignatureDoesNotMatch',
      { tampered: { 'x-acs-more': 'x' } },
    ],
    [
      'a body hash that is not the body',
      400,
      'SignatureDoesNotMatch',
      { headers: { 'x-acs-content-sha256': 'a'.repeat(64) } },
    ],
    [
      'an old signature version',
      400,
      'IncompleteSignature',
      { tampered: { authorization: 'acs id:signature' } },
    ],
    ['a clock 16 minutes behind', 400, 'InvalidTimeStamp.Expired', { ahead: -16 * minutes }],
    ['a clock 16 minutes ahead', 400, 'InvalidTimeStamp.Expired', { ahead: 16 * minutes }],
    [
      'a date in another format',
      400,
      'InvalidTimeStamp.Format',
      { headers: { 'x-acs-date': '20240301T000000Z' } },
    ],
    [
      'a date that does not exist',
      400,
      'InvalidTimeStamp.Format',
      { headers: { 'x-acs-date': '2024-02-31T00:00:00Z' } },
    ],
    ['no date', 400, 'MissingTimestamp', { headers: { 'x-acs-date': undefined } }],
    ['no version', 400, 'MissingVersion', { headers: { 'x-acs-version': undefined } }],
    ['another version', 404, 'InvalidVersion', { headers: { 'x-acs-version': '2020-01-01' } }],
    ['no action', 400, 'MissingAction', { headers: { 'x-acs-action': undefined } }],
    [
      'another action',
      404,
      'InvalidApi.NotFound',
      { headers: { 'x-acs-action': 'ListApplication' } },
    ],
    ['no nonce', 400, 'MissingSignatureNonce', { headers: { 'x-acs-signature-nonce': undefined } }],
    ['no Authorization', 400, 'MissingAccessKeyId', { tampered: { authorization: undefined } }],
    ['another path', 404, 'InvalidApi.NotFound', { path: '/pop/v5/app/app_list' }],
    ['another method', 404, 'InvalidApi.NotFound', { method: 'POST' }],
    [
      'a key without permission',
      403,
      'Forbidden.RAM',
      { key: { id: 'LTAI5tSandboxNoPermit', secret: 'SandboxSecretNotForRealUse0004' } },
    ],
    [
      'STS keys without their token',
      400,
      'MissingSecurityToken',
      { key: { id: 'STS.NSandboxCaller0001', secret: 'SandboxSecretNotForRealUse0005' } },
    ],
    [
      'an unknown token',
      400,
      'InvalidSecurityToken.Malformed',
      { key: { securityToken: 'CAISnothing' } },
    ],
    [
      "another caller's token",
      400,
      'InvalidSecurityToken.MismatchWithAccessKey',
      { key: { securityToken: 'CAISsandbox+caller/token0001==' } },
    ],
    ['an expired token', 400, 'InvalidSecurityToken.Expired', { key: expired }],
  ];
  for (const [title, status, code, changes] of refusals)
    it(`rejects ${title} with ${code}`, async () => {
      const response = await requestCredential(sandbox, changes);
      const body = JSON.parse(response.body.toString()) as Record<string, string>;
      assert.equal(body.Code, code);
      assert.equal(response.status, status);
      assert.deepEqual(Object.keys(body), ['RequestId', 'HostId', 'Code', 'Message', 'Recommend']);
      assert.equal(response.headers['x-acs-request-id'], body.RequestId);
      assert.match(body.Recommend!, /^https:\/\/api\.aliyun\.com\/troubleshoot\?q=/);
      const entry = sandbox.requestLog.entries.at(-1)!;
      assert.deepEqual([entry.status, entry.code, entry.requestId], [status, code, body.RequestId]);
    });

  it('rejects a nonce that was used before', async () => {
    const changes = { headers: { 'x-acs-signature-nonce': 'used-twice' } };
    assert.equal((await requestCredential(sandbox, changes)).status, 200);
    const again = await requestCredential(sandbox, changes);
    assert.match(again.body.toString(), /"Code":"SignatureNonceUsed"/);
  });

  it('returns the string to sign, which contains the token, when the signature is wrong', async () => {
    const caller = { ...sandbox.keys[4]!, secret: 'wrong' };
    const { body } = await requestCredential(sandbox, { key: caller });
    assert.match(body.toString(), /server string to sign is:ACS3-HMAC-SHA256/);
    assert.ok(
      body.includes(caller.securityToken!),
      'the message contains the token: clients must redact it',
    );
  });

  it('returns XML, also for errors, to clients that do not accept JSON', async () => {
    for (const accept of [undefined, 'application/xml', '*/*']) {
      const headers = { accept };
      const good = await requestCredential(sandbox, { headers });
      assert.equal(good.headers['content-type'], 'text/xml;charset=utf-8');
      assert.equal(good.element('Bucket'), 'edas-hz');
      const bad = await requestCredential(sandbox, { headers, key: { secret: 'wrong' } });
      assert.equal(bad.element('Code'), 'SignatureDoesNotMatch');
    }
  });

  it('checks times against its own clock, and sends its time in the Date header', async () => {
    sandbox.clock.offsetMs = 20 * minutes;
    const response = await requestCredential(sandbox);
    assert.match(response.body.toString(), /InvalidTimeStamp\.Expired/);
    const ahead = Date.parse(response.headers.date!) - Date.now();
    assert.ok(Math.abs(ahead - 20 * minutes) < minutes);
    assert.equal((await requestCredential(sandbox, { ahead })).status, 200);
  });

  it('can throttle, report an unavailable region and return a business error', async () => {
    sandbox.faults.add(
      { service: 'edas' },
      {
        kind: 'error',
        status: 400,
        code: 'Throttling.User',
        headers: { 'x-acs-retry-after': '200' },
      },
    );
    const throttled = await requestCredential(sandbox);
    assert.equal(throttled.headers['x-acs-retry-after'], '200');
    assert.match(throttled.body.toString(), /"Code":"Throttling\.User"/);
    sandbox.settings.regionOffered = false;
    assert.match((await requestCredential(sandbox)).body.toString(), /InvalidProduct\.NotFound/);
    sandbox.settings.regionOffered = true;
    sandbox.settings.edasResponse = ({ RequestId }) => ({
      Code: 601,
      Message: 'failed',
      RequestId,
    });
    assert.match(
      (await requestCredential(sandbox)).body.toString(),
      /^\{"Code":601,"Message":"failed"/,
    );
  });
});
