import assert from 'node:assert/strict';
import type { Choice } from '../../../../src/common/settings/settings';
import {
  ApiConsent,
  type ConsentAnswer,
  type ConsentRequest,
} from '../../../../src/features/api/consent';

const plain: ConsentRequest = { file: '/project/a.jar', name: 'nightly/a.jar', overwrite: false };
const replacing: ConsentRequest = { ...plain, overwrite: true };

describe('other extensions may upload', () => {
  let asked: ConsentRequest[];
  let setting: Choice<'api'>;
  let isTrusted: boolean;
  beforeEach(() => {
    asked = [];
    setting = 'ask';
    isTrusted = true;
  });
  /** @param answers to the questions, in their order */
  const consentWith = (...answers: readonly ConsentAnswer[]): ApiConsent =>
    new ApiConsent({
      isTrusted: () => isTrusted,
      setting: () => setting,
      ask: async (request) => {
        asked.push(request);
        assert.ok(asked.length <= answers.length, 'asked too often');
        await new Promise(setImmediate);
        return answers[asked.length - 1];
      },
      save: (value) => {
        setting = value;
        return Promise.resolve();
      },
    });
  const denied = { code: 'api.denied' };

  it('after one question in a window, which names what is uploaded', async () => {
    const consent = consentWith('window');
    await consent.require(plain);
    await consent.require({ ...plain, name: 'other.jar' });
    assert.deepEqual(asked, [plain]);
    assert.equal(setting, 'ask');
  });

  it('several at once, after one question', async () => {
    const consent = consentWith('window');
    await Promise.all([consent.require(plain), consent.require(plain), consent.require(plain)]);
    assert.equal(asked.length, 1);
  });

  it('but replace nothing with a consent that did not name it', async () => {
    const consent = consentWith('window', undefined);
    await consent.require(plain);
    await assert.rejects(consent.require(replacing), denied);
    assert.deepEqual(asked, [plain, replacing]);
    await assert.rejects(consent.require(replacing), denied);
    await consent.require(plain);
    assert.equal(asked.length, 2);
  });

  it('also when several are asked about at once', async () => {
    const consent = consentWith('window', 'window');
    await Promise.all([consent.require(plain), consent.require(replacing)]);
    assert.deepEqual(asked, [plain, replacing]);
  });

  it('and replace after a consent that named it', async () => {
    const consent = consentWith('window');
    await consent.require(replacing);
    await consent.require(replacing);
    await consent.require(plain);
    assert.deepEqual(asked, [replacing]);
  });

  it('not when the question was left, and it is not asked again', async () => {
    const consent = consentWith(undefined);
    await assert.rejects(consent.require(plain), denied);
    await assert.rejects(consent.require(plain), denied);
    await assert.rejects(consent.require(replacing), denied);
    assert.equal(asked.length, 1);
    assert.equal(setting, 'ask');
  });

  it('without replacing, when only replacing was refused', async () => {
    const consent = consentWith(undefined, 'window');
    await assert.rejects(consent.require(replacing), denied);
    await consent.require(plain);
    assert.deepEqual(asked, [replacing, plain]);
  });

  it('always or never, as was answered', async () => {
    await consentWith('always').require(plain);
    assert.equal(setting, 'allow');
    setting = 'ask';
    asked = [];
    await assert.rejects(consentWith('never').require(plain), denied);
    assert.equal(setting, 'deny');
  });

  it('unasked when the setting allows it, not at all when it denies it, and as it is set now', async () => {
    const consent = consentWith();
    setting = 'allow';
    await consent.require(replacing);
    setting = 'deny';
    await assert.rejects(consent.require(plain), denied);
  });

  for (const value of ['allow', 'ask', 'deny'] as const) {
    it(`not in Restricted Mode, with the setting ${value}`, async () => {
      setting = value;
      isTrusted = false;
      await assert.rejects(consentWith().require(plain), { code: 'workspace.notTrusted' });
    });
  }

  it('after a question that failed, as when no dialog can be shown, only when it is answered', async () => {
    let tries = 0;
    const consent = new ApiConsent({
      ...{ isTrusted: () => true, setting: () => 'ask' as const, save: () => Promise.resolve() },
      ask: () => {
        tries += 1;
        return tries === 1 ? Promise.reject(new Error('no dialog')) : Promise.resolve('window');
      },
    });
    await assert.rejects(consent.require(plain), /no dialog/);
    await consent.require(plain);
    assert.equal(tries, 2);
  });
});
