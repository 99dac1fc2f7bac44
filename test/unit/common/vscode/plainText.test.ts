import assert from 'node:assert/strict';
import fc from 'fast-check';
import { redact } from '../../../../src/core/util/redact';
import { plainLines, plainMarkdown, plainText } from '../../../../src/common/vscode/plainText';

/** vs/base/common/linkedText.ts of VS Code 1.139: what becomes a link in messages, progress and quick input. */
const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/gi;
/** vs/base/browser/ui/iconLabel/iconLabels.ts: what becomes an icon. */
const icon = /(\\)?\$\((?:[A-Za-z0-9-]+(?:~[A-Za-z]+)?)\)/g;

describe('Plain text', () => {
  for (const text of [
    '[Show report](command:workbench.action.terminal.new?%7B%7D).jar',
    '[a](https://example.com/x "title")',
    '[a](file:///etc/passwd)',
    '[[a](command:b)](command:c)',
    '](command:x)[',
    '$(pass) $(error) x.jar',
    '$$(loading~spin)(pass)',
    'a\r\nb\u202e\u0000\u001b[31m\u2028',
  ]) {
    it(`contains no link, icon, line break or control character: ${JSON.stringify(text)}`, () => {
      for (const plain of [plainText(text), plainMarkdown(text)]) {
        assert.doesNotMatch(plain, new RegExp(link.source, 'i'));
        assert.doesNotMatch(plain, new RegExp(icon.source));
        assert.doesNotMatch(plain, /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u);
      }
    });
  }

  it('does not change ordinary names', () => {
    for (const name of ['app (1).jar', 'a[b](c', '报告.jar', '$HOME', 'x]y', '👩‍💻.war']) {
      assert.equal(plainText(name).replaceAll('\u2060', ''), name);
    }
    assert.equal(plainText('app (1).jar'), 'app (1).jar');
  });

  it('replaces invisible characters with a visible replacement character', () => {
    for (const code of [
      ...[0xad, 0x34f, 0x115f, 0x1160, 0x17b4, 0x180e, 0x200b, 0x2060, 0x2061, 0x206a, 0x3164],
      ...[0xfeff, 0xffa0, 0xfff9, 0xe0001, 0xe0041, 0xe007f],
    ]) {
      const shown = 'a\ufffdb';
      assert.equal(plainText(`a${String.fromCodePoint(code)}b`), shown, code.toString(16));
      assert.equal(plainLines(`a${String.fromCodePoint(code)}b`), shown);
      assert.equal(redact(`a${String.fromCodePoint(code)}b`).replace(' ', '\ufffd'), shown);
    }
  });

  it('keeps joiners, marks and variation selectors, which many languages and emoji need', () => {
    for (const name of [
      'می‌خواهم.jar',
      '👩‍💻❤️.war',
      'א\u200fב\u200e',
      'ع\u061c',
      '葛\u{e0100}',
      'ᠠ\u180b',
    ]) {
      assert.equal(plainText(name), name);
    }
  });

  it('keeps line breaks only in plainLines', () => {
    assert.equal(plainLines('a\nb\tc'), 'a\nb\ufffdc');
    assert.equal(plainText('a\nb'), 'a b');
  });

  it('does not change when it is converted a second time', () => {
    fc.assert(
      fc.property(pieces(), (text) => assert.equal(plainText(plainText(text)), plainText(text))),
    );
  });

  it('contains no link or icon for random combinations of their parts', () => {
    fc.assert(
      fc.property(pieces(), (text) => {
        assert.equal(plainText(text).match(link), null);
        assert.equal(plainText(text).match(icon), null);
      }),
      { numRuns: 2000 },
    );
  });

  it('escapes all characters that Markdown or HTML interprets in plainMarkdown', () => {
    fc.assert(
      fc.property(pieces(), (text) =>
        assert.doesNotMatch(
          plainMarkdown(text).replace(/&(?:amp|lt|gt);|\\[!-/:-@[-`{-~]/g, ''),
          /[\\`*_{}[\]()#<>|&$:]/,
        ),
      ),
    );
  });
});

function pieces(): fc.Arbitrary<string> {
  const piece = fc.constantFrom(
    ...['[', ']', '(', ')', '](', '$(', '$', 'command:', 'https://', 'file:', 'pass', 'a b', '\n'],
    ...['\u2060', '\u200b', '\u202e', '\\', '"', "'", ' ', '~spin', '`', '|'],
  );
  return fc.array(piece, { maxLength: 14 }).map((parts) => parts.join(''));
}
