import assert from 'node:assert/strict';
import { inspect } from 'node:util';

import { Sandbox } from '..';
import { ServerClock } from '../../../src/core/util/clock';
import { EdasApi } from '../../../src/core/alibaba/edas/edasApi';
import type { AccessKeys, Credential } from '../../../src/core/alibaba/edas/credential';
import { createHttpClient } from '../../../src/core/http/client';
import { joinKey } from '../../../src/core/oss/objectKey';
import { OssClient, type OssTarget } from '../../../src/core/oss/client';
import { Secret } from '../../../src/core/util/secret';

/** A secret in plain text, and as it would appear in a URL, a header or a dump. */
function formsOf(secret: string): string[] {
  return [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
    Buffer.from(secret).toString('hex'),
  ];
}

describe('Secrets of the EDAS and OSS clients', () => {
  let sandbox: Sandbox;
  /** Everything that was logged, at any level, returned or thrown. */
  let output: string[];
  /** All texts that must not appear there. */
  let secrets: string[];

  const note = (text: string): void => void output.push(text);
  const log = { trace: note, debug: note, info: note, warn: note, error: note };

  beforeEach(async () => {
    sandbox = await Sandbox.start();
    output = [];
    secrets = [];
  });
  afterEach(() => sandbox.stop());

  function keysOf(index: number, wrongSecret?: string): AccessKeys {
    const { id, secret, securityToken } = sandbox.keys[index]!;
    secrets.push(secret, securityToken ?? secret, wrongSecret ?? secret);
    return {
      accessKeyId: id,
      accessKeySecret: new Secret(wrongSecret ?? secret),
      ...(securityToken !== undefined && { securityToken: new Secret(securityToken) }),
    };
  }

  /** Records the result or the error in more detail than a log would. */
  async function attempt<T>(action: () => Promise<T>): Promise<T | undefined> {
    try {
      const value = await action();
      note(
        inspect(value, { depth: Infinity }) +
          JSON.stringify(value, (_name, each: unknown) =>
            typeof each === 'bigint' ? String(each) : each,
          ),
      );
      return value;
    } catch (error) {
      note(inspect(error, { depth: Infinity, showHidden: true }));
      return undefined;
    }
  }

  it('appear in no log, result or error, whether requests succeed or fail', async () => {
    const http = createHttpClient({ log });
    const clock = new ServerClock();
    const edas = new EdasApi(http, clock, log);
    const oss = new OssClient(http, clock, log);
    const fetch = (keys: AccessKeys): Promise<Credential | undefined> =>
      attempt(() => edas.getPackageStorageCredential({ keys, endpoint: sandbox.edasEndpoint }));

    try {
      for (const [index, wrongSecret] of [
        [2],
        [3],
        [0, 'WrongSecretOfTheAccount0000001'],
        [4, 'WrongSecretOfTheCaller00000001'],
      ] as const) {
        await fetch(keysOf(index, wrongSecret));
      }
      sandbox.settings.edasResponse = (body) => ({ ...body, RequestId: undefined });
      await fetch(keysOf(0));
      sandbox.settings.edasResponse = undefined;

      const held = await fetch(keysOf(4));
      assert.ok(held);
      secrets.push(held.accessKeySecret.reveal(), held.securityToken.reveal());
      const wrong = { ...held, accessKeySecret: new Secret('WrongSecretOfTheToken000000001') };
      secrets.push(wrong.accessKeySecret.reveal());
      for (const credential of [held, wrong]) {
        await useOss({ credential, network: 'public' });
      }
      sandbox.issuer.expire();
      await useOss({ credential: held, network: 'public' });
      await sandbox.down('oss', 'edas');
      await useOss({ credential: held, network: 'public' });
      await fetch(keysOf(4));
    } finally {
      http.dispose();
    }

    async function useOss(target: OssTarget): Promise<void> {
      const key = joinKey(target.credential.keyPrefix, 'a b.jar');
      const body = Buffer.from('hello');
      await attempt(() => oss.putObject(target, { key, body, forbidOverwrite: false }));
      await attempt(() => oss.putObject(target, { key, body, forbidOverwrite: true }));
      await attempt(() => oss.headObject(target, key));
      await attempt(() => oss.getObject(target, { key }));
      await attempt(() => oss.listObjects(target, { prefix: target.credential.keyPrefix }));
      await attempt(() => oss.initiateMultipartUpload(target, { key, forbidOverwrite: false }));
      await attempt(() => oss.deleteObject(target, 'elsewhere/a.jar'));
      const url = oss.signedUrl(target, { key, seconds: 60 });
      secrets.push(new URL(url).searchParams.get('x-oss-signature')!);
      // Sent by our own client: the URL must not appear in its messages.
      await attempt(() => http.send({ method: 'GET', url, headers: {} }));
    }

    const everything = output.join('\n');
    assert.ok(output.length > 40 && everything.includes('SignatureDoesNotMatch'));
    for (const secret of new Set(secrets)) {
      for (const form of formsOf(secret)) {
        assert.ok(!everything.includes(form), `${form} in:\n${everything}`);
      }
    }
    assert.doesNotMatch(everything, /Signature=(?!\[hidden\])|[0-9a-f]{64}/);
  });
});
