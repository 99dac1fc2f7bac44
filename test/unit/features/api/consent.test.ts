import assert from 'node:assert/strict';
import type { Choice } from '../../../../src/common/settings/settings';
import {
  ApiConsent,
  type ConsentAnswer,
  type ConsentRequest,
} from '../../../../src/features/api/consent';

const creating: ConsentRequest = {
  file: '/project/a.jar',
  name: 'nightly/a.jar',
  overwrite: false,
};
const overwriting: ConsentRequest = { ...creating, overwrite: true };

describe('Consent to uploads of other extensions', () => {
  let prompts: ConsentRequest[];
  let setting: Choice<'api'>;
  let isTrusted: boolean;
  beforeEach(() => {
    prompts = [];
    setting = 'ask';
    isTrusted = true;
  });
  /** @param answers to the prompts, in their order */
  const consentWith = (...answers: readonly ConsentAnswer[]): ApiConsent =>
    new ApiConsent({
      isTrusted: () => isTrusted,
      setting: () => setting,
      ask: async (request) => {
        prompts.push(request);
        assert.ok(prompts.length <= answers.length, 'prompted too often');
        await new Promise(setImmediate);
        return answers[prompts.length - 1];
      },
      save: (value) => {
        setting = value;
        return Promise.resolve();
      },
    });
  const denied = { code: 'api.denied' };

  it('is requested once per window, with the details of the upload', async () => {
    const consent = consentWith('window');
    await consent.require(creating);
    await consent.require({ ...creating, name: 'other.jar' });
    assert.deepEqual(prompts, [creating]);
    assert.equal(setting, 'ask');
  });

  it('is requested once for simultaneous uploads', async () => {
    const consent = consentWith('window');
    await Promise.all([
      consent.require(creating),
      consent.require(creating),
      consent.require(creating),
    ]);
    assert.equal(prompts.length, 1);
  });

  it('does not include overwriting, which is requested once, separately', async () => {
    const consent = consentWith('window', undefined);
    await consent.require(creating);
    await assert.rejects(consent.require(overwriting), denied);
    assert.deepEqual(prompts, [creating, overwriting]);
    await assert.rejects(consent.require(overwriting), denied);
    await consent.require(creating);
    assert.equal(prompts.length, 2);
  });

  it('is requested separately for overwriting when both uploads start at the same time', async () => {
    const consent = consentWith('window', 'window');
    await Promise.all([consent.require(creating), consent.require(overwriting)]);
    assert.deepEqual(prompts, [creating, overwriting]);
  });

  it('that was given for overwriting includes uploads that do not overwrite', async () => {
    const consent = consentWith('window');
    await consent.require(overwriting);
    await consent.require(overwriting);
    await consent.require(creating);
    assert.deepEqual(prompts, [overwriting]);
  });

  it('is denied without another prompt after the prompt was dismissed', async () => {
    const consent = consentWith(undefined);
    await assert.rejects(consent.require(creating), denied);
    await assert.rejects(consent.require(creating), denied);
    await assert.rejects(consent.require(overwriting), denied);
    assert.equal(prompts.length, 1);
    assert.equal(setting, 'ask');
  });

  it('is requested for an upload that does not overwrite after overwriting was denied', async () => {
    const consent = consentWith(undefined, 'window');
    await assert.rejects(consent.require(overwriting), denied);
    await consent.require(creating);
    assert.deepEqual(prompts, [overwriting, creating]);
  });

  it('is saved in the setting when the answer is “always” or “never”', async () => {
    await consentWith('always').require(creating);
    assert.equal(setting, 'allow');
    setting = 'ask';
    prompts = [];
    await assert.rejects(consentWith('never').require(creating), denied);
    assert.equal(setting, 'deny');
  });

  it('follows the current setting without a prompt when that is allow or deny', async () => {
    const consent = consentWith();
    setting = 'allow';
    await consent.require(overwriting);
    setting = 'deny';
    await assert.rejects(consent.require(creating), denied);
  });

  for (const value of ['allow', 'ask', 'deny'] as const) {
    it(`is denied in Restricted Mode with the setting ${value}`, async () => {
      setting = value;
      isTrusted = false;
      await assert.rejects(consentWith().require(creating), { code: 'workspace.notTrusted' });
    });
  }

  it('is requested again after the prompt failed', async () => {
    let tries = 0;
    const consent = new ApiConsent({
      isTrusted: () => true,
      setting: () => 'ask' as const,
      save: () => Promise.resolve(),
      ask: () => {
        tries += 1;
        return tries === 1 ? Promise.reject(new Error('no dialog')) : Promise.resolve('window');
      },
    });
    await assert.rejects(consent.require(creating), /no dialog/);
    await consent.require(creating);
    assert.equal(tries, 2);
  });
});
