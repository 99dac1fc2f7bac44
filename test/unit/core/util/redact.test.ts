import assert from 'node:assert/strict';
import { redact } from '../../../../src/core/util/redact';
import { Secret } from '../../../../src/core/util/secret';
import { safeServerToken } from '../../../../src/core/util/serverText';

const accountKeys = {
  accessKeyId: 'LTAI5tSandboxKey0001',
  accessKeySecret: new Secret('Zm9v/secret+1="x"'),
  securityToken: new Secret('CAISabcdefghijklmnopqrstuvwxyz0123456789+/=='),
};
const secret = accountKeys.accessKeySecret.reveal();
const token = accountKeys.securityToken.reveal();

describe('redact', () => {
  for (const [message, shown] of [
    ["Access denied by authorizer's policy.", "Access denied by authorizer's policy."],
    ['two\nlines\tand\u0000more', 'two lines and more'],
    ['key LTAI5tSandboxKey0001 is bad', 'key ****0001 is bad'],
    ['key LTAI5tOtherKey99998888 is bad', 'key ****8888 is bad'],
    ['id STS.NUabcdEFGH1234 unknown', 'id ****1234 unknown'],
    [`secret ${secret}!`, 'secret [hidden]!'],
    [`secret ${encodeURIComponent(secret)}!`, 'secret [hidden]!'],
    [`secret ${JSON.stringify(secret).slice(1, -1)}!`, 'secret [hidden]!'],
    [`secret ${Buffer.from(secret).toString('base64')}!`, 'secret [hidden]!'],
    [`token ${token}, ${encodeURIComponent(token)}`, 'token [hidden], [hidden]'],
    ['other CAISzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz== token', 'other [hidden] token'],
    [`got ${'0a'.repeat(32)} instead`, 'got [hidden] instead'],
    ['Signature=0123abcd&x=1', 'Signature=[hidden]&x=1'],
    ['{"Signature":"pBA+/x=","a":1}', '{"Signature":"[hidden]","a":1}'],
    ['x-oss-security-token: abc', 'x-oss-security-token: [hidden]'],
    ['x-oss-signature%3Dabc', 'x-oss-signature%3D[hidden]'],
    ['The signature does not match.', 'The signature does not match.'],
    ['No match. server string to sign is:ACS3\nx', 'No match'],
    ['No match. server StringToSign is [GET\nx] and more', 'No match'],
    ['No match; the canonical request was GET / x', 'No match'],
    ['No match, CanonicalizedResource: /a', 'No match'],
    ['', ''],
  ] as const) {
    it(`returns ${JSON.stringify(shown)} for ${JSON.stringify(message.slice(0, 50))}`, () =>
      assert.equal(redact(message, accountKeys), shown));
  }

  it('hides tokens and masks AccessKey IDs also without the keys of the account', () => {
    assert.equal(redact(`${token} LTAI5tSandboxKey0001`), '[hidden] ****0001');
  });

  it('truncates long messages without splitting a character', () => {
    const shown = redact('\u{1F4E6}'.repeat(1000));
    assert.ok(shown.length <= 601);
    assert.doesNotMatch(shown, /\p{Cs}/u);
  });

  it('takes linear time for repeated patterns', () => {
    for (const piece of [
      'string to ',
      'server the server ',
      '  .,;:',
      'signature=',
      'CAI',
      'LTAI',
    ]) {
      assert.equal(typeof redact(piece.repeat(50_000), accountKeys), 'string');
    }
  });
});

describe('safeServerToken', () => {
  for (const [text, isSafe] of [
    ['4823B8B4-2F4A-4B4E-8C8B-AE1E8C3C9D2A', true],
    ['InvalidAccessKeyId.NotFound', true],
    ['0003-00000001', true],
    ['two words', false],
    ['<b>', false],
    ['', false],
    ['x'.repeat(129), false],
    ['LTAI5tSandboxKey0001', false],
  ] as const) {
    it(`${isSafe ? 'returns' : 'rejects'} ${JSON.stringify(text.slice(0, 40))}`, () =>
      assert.equal(safeServerToken(text, accountKeys), isSafe ? text : undefined));
  }
});
