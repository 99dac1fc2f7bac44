import { strict as assert } from 'node:assert';

import {
  resolveEnvironment,
  environmentRegion,
} from '../../../../../src/core/alibaba/keySources/environment';
import { assertFails, markedKeys } from './markedKeys';

const resolve = (env: Record<string, string>): ReturnType<typeof resolveEnvironment> =>
  resolveEnvironment({ home: '/home/me', env, platform: 'linux' });

describe('Keys in environment variables', () => {
  it('reads each variable prefix in order of precedence, and never mixes two', () => {
    const prefixes = ['ALIBABA_CLOUD_', 'ALIBABACLOUD_', 'ALICLOUD_', ''];
    const env: Record<string, string> = {};
    for (const prefix of prefixes.toReversed()) {
      env[`${prefix}ACCESS_KEY_ID`] = `id-of-${prefix}`;
      env[`${prefix}ACCESS_KEY_SECRET`] = `secret-of-${prefix}`;
      const { keys } = resolve(env);
      assert.equal(keys.accessKeyId, `id-of-${prefix}`);
      assert.equal(keys.accessKeySecret.reveal(), `secret-of-${prefix}`);
      assert.equal(keys.securityToken, undefined);
      // A token with another prefix may belong to another account, so it must not be combined with this pair.
      env[`${prefix}SECURITY_TOKEN`] = `token-of-${prefix}`;
      assert.equal(resolve(env).keys.securityToken?.reveal(), `token-of-${prefix}`);
    }
  });

  it('trims trailing spaces, which `set` on Windows leaves', () => {
    const { keys } = resolve({
      ALIBABA_CLOUD_ACCESS_KEY_ID: `${markedKeys.id} `,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: `${markedKeys.secret} `,
    });
    assert.equal(keys.accessKeyId, markedKeys.id);
    assert.equal(keys.accessKeySecret.reveal(), markedKeys.secret);
  });

  it('names the missing or malformed variable', async () => {
    const subject = 'ALIBABA_CLOUD_ACCESS_KEY_ID';
    const secret = 'ALIBABA_CLOUD_ACCESS_KEY_SECRET';
    await assertFails(() => resolve({}), 'keys.environmentMissing', { subject });
    await assertFails(() => resolve({ [subject]: '' }), 'keys.environmentMissing', { subject });
    await assertFails(() => resolve({ [subject]: 'a' }), 'keys.incomplete', {
      subject,
      detail: secret,
    });
    await assertFails(
      () => resolve({ [subject]: ' ', [secret]: markedKeys.secret }),
      'keys.incomplete',
      {
        subject,
        detail: subject,
      },
    );
    const split = { [subject]: 'a', [secret]: `${markedKeys.secret}\n${markedKeys.secret}` };
    await assertFails(() => resolve(split), 'keys.malformed', { subject, detail: secret });
  });

  it('reads the region by the same precedence', () => {
    const at = (env: Record<string, string>): string | undefined =>
      environmentRegion({ home: '', env, platform: 'linux' });
    assert.equal(at({ REGION: 'cn-beijing', ALICLOUD_REGION_ID: 'cn-shanghai' }), 'cn-shanghai');
    assert.equal(at({ REGION: 'cn-beijing' }), 'cn-beijing');
    assert.equal(at({}), undefined);
  });
});
