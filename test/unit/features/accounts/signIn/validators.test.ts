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

const verdict = (message: InputBoxValidationMessage | undefined): 'warning' | 'error' | 'valid' =>
  message === undefined
    ? 'valid'
    : message.severity === InputBoxValidationSeverity.Error
      ? 'error'
      : 'warning';

const verbs = { valid: 'accept', warning: 'warn about', error: 'reject' };

describe('Sign-in validators', () => {
  const ids = [
    ['LTAI5tSandboxKey0001', 'valid'],
    ['  LTAI5tSandboxKey0001\t', 'valid'],
    ['STS.NUgYrLnoC37mZZCNnAbez', 'valid'],
    ['', 'error'],
    ['   ', 'error'],
    ['LTAI5t Sandbox', 'error'],
    ['LTAI5t\u200bSandbox', 'error'],
    ['LTAI5t\u0000', 'error'],
    ['ＬＴＡＩ5t', 'error'],
    ['AKIAIOSFODNN7EXAMPLE', 'warning'],
  ] as const;
  for (const [text, expected] of ids) {
    it(`${verbs[expected]} the AccessKey ID ${JSON.stringify(text)}`, () => {
      assert.equal(verdict(validateAccessKeyId(text)), expected);
    });
  }

  const secrets = [
    ['a-secret-that-nobody-has', 'valid'],
    ['', 'error'],
    ['two words', 'error'],
    ['two\nlines', 'error'],
    ['LTAI5tSandboxKey0001', 'warning'],
  ] as const;
  for (const [text, expected] of secrets) {
    it(`${verbs[expected]} the secret ${JSON.stringify(text)}`, () => {
      assert.equal(verdict(validateSecret(text)), expected);
    });
  }

  it('do not quote the secret', () => {
    for (const text of ['marked secret', 'markedé', 'LTAImarked']) {
      assert.doesNotMatch(validateSecret(text)?.message ?? '', /marked/);
    }
  });

  it('reject a token with spaces', () => {
    assert.equal(verdict(validateToken('CAIS8QF1q6Ft5B2yfSjIr5bE')), 'valid');
    assert.equal(verdict(validateToken('CAIS 8QF1')), 'error');
  });

  it('recognize a temporary AccessKey ID by its prefix', () => {
    assert.equal(isTemporary(' STS.abc'), true);
    assert.equal(isTemporary('LTAIabc'), false);
  });

  it('accept region IDs, also of private clouds, and no other text', () => {
    for (const id of ['cn-hangzhou', 'cn-qiandaohu-sg-d01', 'ap-southeast-1']) {
      assert.equal(isRegionId(id), true, id);
    }
    for (const text of ['', 'hangzhou', 'cn-', 'CN-hangzhou', 'cn-hang zhou', 'cn-a.example.com']) {
      assert.equal(isRegionId(text), false, text);
    }
  });

  const names = [
    ['production', 'valid'],
    ['生产 🙂', 'valid'],
    ['', 'error'],
    ['  ', 'error'],
    ['taken', 'error'],
    [' taken ', 'error'],
    ['two\nlines', 'error'],
    ['a\u202eb', 'error'],
    ['x'.repeat(61), 'error'],
  ] as const;
  for (const [text, expected] of names) {
    it(`${verbs[expected]} the name ${JSON.stringify(text)}`, () => {
      assert.equal(verdict(validateName(text, ['taken'])), expected);
    });
  }

  it('suggest a numbered name when the name is taken', () => {
    assert.equal(nextFreeName('a', []), 'a');
    assert.equal(nextFreeName('a', ['a', 'a (2)']), 'a (3)');
  });

  it('accept a valid or an empty endpoint, and reject other text', () => {
    for (const text of ['', ' ', 'edas.example.com', 'https://edas.example.com:8443']) {
      assert.equal(validateEndpoint(text), undefined, text);
    }
    for (const text of ['http://edas.example.com', 'a b', 'https://u:p@edas.example.com', 'x/y']) {
      assert.equal(verdict(validateEndpoint(text)), 'error', text);
    }
  });
});
