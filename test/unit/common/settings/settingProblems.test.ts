import assert from 'node:assert/strict';
import { settingProblems } from '../../../../src/common/settings/settingProblems';

const fine: Readonly<Record<string, unknown>> = {
  endpoint: '',
  network: 'public',
  fetchOnShow: true,
  autoRenew: false,
  api: 'ask',
};
const faults = (change: Readonly<Record<string, unknown>>) =>
  settingProblems((name) => ({ ...fine, ...change })[name]);

describe('what is wrong with the settings', () => {
  it('is nothing as they are at first, nor with what they allow', () => {
    assert.deepEqual(faults({}), []);
    assert.deepEqual(faults({ endpoint: ' https://edas.example.com ', network: 'internal' }), []);
    assert.deepEqual(faults({ endpoint: 'http://127.0.0.1:8080', autoRenew: true }), []);
  });

  const wrong = [
    ['endpoint', 'http://edas.example.com', /must be a host name/],
    ['endpoint', 'https://user:marked@edas.example.com', /must be a host name/],
    ['endpoint', 'edas.example.com/path', /must be a host name/],
    ['endpoint', 7, /must be a host name/],
    ['network', 'vcp', /is "vcp", but must be one of public, vpc, internal\. public is used\./],
    ['network', undefined, /is undefined, but must be one of/],
    ['fetchOnShow', 'yes', /is "yes", but must be one of true, false\. true is used\./],
    ['autoRenew', 1, /is 1, but must be one of false, true\. false is used\./],
    ['api', true, /is true, but must be one of ask, allow, deny\. ask is used\./],
  ] as const;
  for (const [name, value, expected] of wrong) {
    it(`names ${name} and its place when it is ${JSON.stringify(value)}`, () => {
      const [fault, ...more] = faults({ [name]: value });
      assert.deepEqual(more, []);
      assert.equal(fault?.setting, `edasPackages.${name}`);
      assert.match(fault.sentence, new RegExp(`edasPackages\\.${name} in the user settings`));
      assert.match(fault.sentence, expected);
      assert.doesNotMatch(fault.sentence, /marked/);
    });
  }
});
