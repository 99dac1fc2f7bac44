import { strict as assert } from 'node:assert';

import {
  resolveEnvironment,
  environmentRegion,
} from '../../../../../src/core/alibaba/keySources/environment';
import { assertFails, marked } from './marked';

const plan = (env: Record<string, string>): ReturnType<typeof resolveEnvironment> =>
  resolveEnvironment({ home: '/home/me', env, platform: 'linux' });

describe('Keys in the environment', () => {
  it('takes each of the prefixes, in their order, and never mixes two', () => {
    const prefixes = ['ALIBABA_CLOUD_', 'ALIBABACLOUD_', 'ALICLOUD_', ''];
    const env: Record<string, string> = {};
    for (const prefix of prefixes.toReversed()) {
      env[`${prefix}ACCESS_KEY_ID`] = `id-of-${prefix}`;
      env[`${prefix}ACCESS_KEY_SECRET`] = `secret-of-${prefix}`;
      const { keys } = plan(env);
      assert.equal(keys.accessKeyId, `id-of-${prefix}`);
      assert.equal(keys.accessKeySecret.reveal(), `secret-of-${prefix}`);
      assert.equal(keys.securityToken, undefined);
      // A token of a prefix that comes later would make a triple out of two accounts' keys.
      env[`${prefix}SECURITY_TOKEN`] = `token-of-${prefix}`;
      assert.equal(plan(env).keys.securityToken?.reveal(), `token-of-${prefix}`);
    }
  });

  it('drops blanks, as Windows leaves them', () => {
    const { keys } = plan({
      ALIBABA_CLOUD_ACCESS_KEY_ID: `${marked.id} `,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: `${marked.secret} `,
    });
    assert.equal(keys.accessKeyId, marked.id);
    assert.equal(keys.accessKeySecret.reveal(), marked.secret);
  });

  it('names the variable that is missing or cannot be', async () => {
    const subject = 'ALIBABA_CLOUD_ACCESS_KEY_ID';
    const secret = 'ALIBABA_CLOUD_ACCESS_KEY_SECRET';
    await assertFails(() => plan({}), 'keys.environmentMissing', { subject });
    await assertFails(() => plan({ [subject]: '' }), 'keys.environmentMissing', { subject });
    await assertFails(() => plan({ [subject]: 'a' }), 'keys.incomplete', {
      subject,
      detail: secret,
    });
    await assertFails(() => plan({ [subject]: ' ', [secret]: marked.secret }), 'keys.incomplete', {
      subject,
      detail: subject,
    });
    const split = { [subject]: 'a', [secret]: `${marked.secret}\n${marked.secret}` };
    await assertFails(() => plan(split), 'keys.malformed', { subject, detail: secret });
  });

  it('names the region', () => {
    const at = (env: Record<string, string>): string | undefined =>
      environmentRegion({ home: '', env, platform: 'linux' });
    assert.equal(at({ REGION: 'cn-beijing', ALICLOUD_REGION_ID: 'cn-shanghai' }), 'cn-shanghai');
    assert.equal(at({ REGION: 'cn-beijing' }), 'cn-beijing');
    assert.equal(at({}), undefined);
  });
});
