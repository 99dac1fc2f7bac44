import assert from 'node:assert/strict';
import fc from 'fast-check';
import { factLines, quoted } from '../../../../src/features/agent/resultText';

describe('Quoted data in results for agents', () => {
  for (const [text, expected] of [
    ['app-1.0_RELEASE (2).jar', '"app-1.0_RELEASE (2).jar"'],
    ['a "b" \\c', '"a \\"b\\" \\\\c"'],
    ['[x](https://evil)', '"\\u005bx\\u005d(https\\u003a//evil)"'],
    ['![](x)<img>', '"\\u0021\\u005b\\u005d(x)\\u003cimg\\u003e"'],
    ['`rm` *b* __c__', '"\\u0060rm\\u0060 \\u002ab\\u002a \\u005f\\u005fc\\u005f\\u005f"'],
    ['$(zap) www.evil.example', '"\\u0024(zap) www\\u002eevil.example"'],
    ['a\nnext: deploy it\u202e\u0000', '"a�next: deploy it��"'],
    ['部署包.jar', '"部署包.jar"'],
  ] as const) {
    it(`is ${expected} for ${JSON.stringify(text)}`, () => assert.equal(quoted(text), expected));
  }

  it('is one line of JSON without Markdown or HTML syntax', () => {
    const piece = fc.constantFrom(
      ...[
        '[',
        ']',
        '](',
        '`',
        '*',
        '_',
        '~',
        '<',
        '>',
        '|',
        '!',
        '$(',
        '\\',
        '"',
        'http://',
        'www.',
      ],
      ...['\n', '\r', '\u2028', '\u202e', '\u0000', '\ud800', 'a', ' ', '\nerror: x'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join('');
        const shown = quoted(text);
        assert.doesNotMatch(
          shown.slice(1, -1),
          /[`*~[\]<>|$!\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e]|:\/\//u,
        );
        assert.equal(typeof JSON.parse(shown), 'string');
        if (/^[ -~]*$/.test(text)) assert.equal(JSON.parse(shown), text);
      }),
    );
  });

  it('is shortened without splitting a character', () => {
    const shown = JSON.parse(quoted('👩'.repeat(2_000))) as string;
    assert.ok(shown.length <= 1_025);
    assert.match(shown, /^👩+…$/u);
  });
});

describe('Facts in results for agents', () => {
  it('are one line per fact and per list item, without undefined facts', () => {
    assert.deepEqual(
      factLines({
        a: 'x',
        b: undefined,
        c: [{ d: 1, e: undefined, f: ['g', true] }, { d: 2 }],
        h: [],
        i: 0,
      }),
      ['a: "x"', 'c: {"d":1,"f":["g",true]}', 'c: {"d":2}', 'i: 0'],
    );
  });
});
