import assert from 'node:assert/strict';
import { settingProblems } from '../../../../src/common/settings/settingProblems';

const valid: Readonly<Record<string, unknown>> = {
  endpoint: '',
  network: 'public',
  fetchOnShow: true,
  autoRenew: false,
  deltaUpload: true,
  api: 'ask',
};
const problemsWith = (change: Readonly<Record<string, unknown>>) =>
  settingProblems((name) => ({ ...valid, ...change })[name]);

describe('Setting problems', () => {
  it('are not reported for default and allowed values', () => {
    assert.deepEqual(problemsWith({}), []);
    assert.deepEqual(
      problemsWith({ endpoint: ' https://edas.example.com ', network: 'internal' }),
      [],
    );
    assert.deepEqual(problemsWith({ endpoint: 'http://127.0.0.1:8080', autoRenew: true }), []);
  });

  const invalid = [
    ['endpoint', 'http://edas.example.com', /must be a host name/],
    ['endpoint', 'https://user:marked@edas.example.com', /must be a host name/],
    ['endpoint', 'edas.example.com/path', /must be a host name/],
    ['endpoint', 7, /must be a host name/],
    ['network', 'vcp', /is "vcp", but must be one of public, vpc, internal\. public is used\./],
    ['network', undefined, /is undefined, but must be one of/],
    ['fetchOnShow', 'yes', /is "yes", but must be one of true, false\. true is used\./],
    ['autoRenew', 1, /is 1, but must be one of false, true\. false is used\./],
    ['deltaUpload', 'off', /is "off", but must be one of true, false\. true is used\./],
    ['api', true, /is true, but must be one of ask, allow, deny\. ask is used\./],
  ] as const;
  for (const [name, value, expected] of invalid) {
    it(`name the setting and its scope when ${name} is ${JSON.stringify(value)}`, () => {
      const [problem, ...more] = problemsWith({ [name]: value });
      assert.deepEqual(more, []);
      assert.equal(problem?.setting, `edasPackages.${name}`);
      assert.match(problem.sentence, new RegExp(`edasPackages\\.${name} in the user settings`));
      assert.match(problem.sentence, expected);
      assert.doesNotMatch(problem.sentence, /marked/);
    });
  }
});
