import assert from 'node:assert/strict';
import { InputBoxValidationSeverity, type InputBoxValidationMessage } from 'vscode';
import {
  validateAccessKeyId,
  validateEndpoint,
  validateName,
  validateSecret,
  validateToken,
  nextFreeName,
  isRegionId,
  isTemporary,
} from '../../../../../src/features/accounts/signIn/validators';

const verdict = (remark: InputBoxValidationMessage | undefined): 'doubt' | 'fault' | 'fine' =>
  remark === undefined
    ? 'fine'
    : remark.severity === InputBoxValidationSeverity.Error
      ? 'fault'
      : 'doubt';

describe('what the sign-in boxes say while one types', () => {
  const ids = [
    ['LTAI5tSandboxKey0001', 'fine'],
    ['  LTAI5tSandboxKey0001\t', 'fine'],
    ['STS.NUgYrLnoC37mZZCNnAbez', 'fine'],
    ['', 'fault'],
    ['   ', 'fault'],
    ['LTAI5t Sandbox', 'fault'],
    ['LTAI5t\u200bSandbox', 'fault'],
    ['LTAI5t\u0000', 'fault'],
    ['ＬＴＡＩ5t', 'fault'],
    ['AKIAIOSFODNN7EXAMPLE', 'doubt'],
  ] as const;
  for (const [text, expected] of ids) {
    it(`AccessKey ID ${JSON.stringify(text)}: ${expected}`, () => {
      assert.equal(verdict(validateAccessKeyId(text)), expected);
    });
  }

  const secrets = [
    ['a-secret-that-nobody-has', 'fine'],
    ['', 'fault'],
    ['two words', 'fault'],
    ['two\nlines', 'fault'],
    ['LTAI5tSandboxKey0001', 'doubt'],
  ] as const;
  for (const [text, expected] of secrets) {
    it(`secret ${JSON.stringify(text)}: ${expected}`, () => {
      assert.equal(verdict(validateSecret(text)), expected);
    });
  }

  it('says nothing of the secret itself', () => {
    for (const text of ['marked secret', 'markedé', 'LTAImarked']) {
      assert.doesNotMatch(validateSecret(text)?.message ?? '', /marked/);
    }
  });

  it('wants a token without spaces', () => {
    assert.equal(verdict(validateToken('CAIS8QF1q6Ft5B2yfSjIr5bE')), 'fine');
    assert.equal(verdict(validateToken('CAIS 8QF1')), 'fault');
  });

  it('knows a temporary key by its beginning', () => {
    assert.equal(isTemporary(' STS.abc'), true);
    assert.equal(isTemporary('LTAIabc'), false);
  });

  it('takes region ids of private clouds, and no other text', () => {
    for (const id of ['cn-hangzhou', 'cn-qiandaohu-sg-d01', 'ap-southeast-1']) {
      assert.equal(isRegionId(id), true, id);
    }
    for (const text of ['', 'hangzhou', 'cn-', 'CN-hangzhou', 'cn-hang zhou', 'cn-a.example.com']) {
      assert.equal(isRegionId(text), false, text);
    }
  });

  const names = [
    ['production', 'fine'],
    ['生产 🙂', 'fine'],
    ['', 'fault'],
    ['  ', 'fault'],
    ['taken', 'fault'],
    [' taken ', 'fault'],
    ['two\nlines', 'fault'],
    ['a\u202eb', 'fault'],
    ['x'.repeat(61), 'fault'],
  ] as const;
  for (const [text, expected] of names) {
    it(`name ${JSON.stringify(text)}: ${expected}`, () => {
      assert.equal(verdict(validateName(text, ['taken'])), expected);
    });
  }

  it('makes a name free by counting', () => {
    assert.equal(nextFreeName('a', []), 'a');
    assert.equal(nextFreeName('a', ['a', 'a (2)']), 'a (3)');
  });

  it('takes an endpoint or none, and says what is wrong with another text', () => {
    for (const text of ['', ' ', 'edas.example.com', 'https://edas.example.com:8443']) {
      assert.equal(validateEndpoint(text), undefined, text);
    }
    for (const text of ['http://edas.example.com', 'a b', 'https://u:p@edas.example.com', 'x/y']) {
      assert.equal(verdict(validateEndpoint(text)), 'fault', text);
    }
  });
});
