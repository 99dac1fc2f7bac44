import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { collect } from '../../l10n/texts.mjs';

type Texts = Readonly<Record<string, string>>;

const read = async (file: string): Promise<Texts> =>
  JSON.parse(await readFile(file, 'utf8')) as Texts;

const pairs = [
  ['l10n/bundle.l10n.json', 'l10n/bundle.l10n.zh-cn.json'],
  ['package.nls.json', 'package.nls.zh-cn.json'],
] as const;

/** What VS Code or Markdown replaces or runs: a translation must contain each as often as the original. */
const tokens = [
  /\{\d+\}/g, // placeholders
  /\$\{[^}]+\}/g, // variables in templates and tasks
  /\(command:[^)]*\)/g, // buttons
  /`[^`]*`/g, // setting names and examples
  /\$\([^)]*\)/g, // icons
];

/** Names and abbreviations that are the same in Chinese. */
const sameInBoth =
  /^(\W|\{\d\}|\d|AccessKey|Secret|Package Storage|EDAS|ID|Key|URL|OSS|VPC|Endpoint)*$/;

describe('Simplified Chinese', () => {
  for (const [english, chinese] of pairs) {
    describe(chinese, () => {
      it('has the same keys as the English file, in the same order', async () => {
        assert.deepEqual(Object.keys(await read(chinese)), Object.keys(await read(english)));
      });

      it('keeps placeholders, variables, command links, code and icons', async () => {
        const originals = await read(english);
        for (const [key, text] of Object.entries(await read(chinese))) {
          for (const token of tokens) {
            const found = (text: string): readonly string[] => (text.match(token) ?? []).sort();
            assert.deepEqual(found(text), found(originals[key] ?? ''), key);
          }
        }
      });

      it('has no untranslated text', async () => {
        const originals = await read(english);
        const untranslated = Object.entries(await read(chinese))
          .filter(([, text]) => !/\p{Script=Han}/u.test(text) && !sameInBoth.test(text))
          .map(([key]) => originals[key]);
        assert.deepEqual(untranslated, []);
      });

      it('uses Chinese punctuation', async () => {
        const wrong = Object.values(await read(chinese)).filter((text) =>
          /\p{Script=Han}\s*[,;!?]|\p{Script=Han}\.(\s|$)|[，。；：？！]{2}/u.test(text),
        );
        assert.deepEqual(wrong, []);
      });
    });
  }
});

describe('Commands named in texts', () => {
  for (const [texts, titles] of [
    ['l10n/bundle.l10n.json', 'package.nls.json'],
    ['l10n/bundle.l10n.zh-cn.json', 'package.nls.zh-cn.json'],
  ] as const) {
    it(`have their titles from the Command Palette, in ${texts}`, async () => {
      const known = Object.values(await read(titles));
      const named = Object.values(await read(texts)).flatMap((text) =>
        [...text.matchAll(/“EDAS: ([^”]+)”/g)].map(([, title]) => title ?? ''),
      );
      assert.ok(named.length > 0);
      assert.deepEqual(
        named.filter((title) => !known.includes(title)),
        [],
      );
    });
  }
});

/** Texts that are the same in every language. */
const technical = [
  'LTAI…',
  'edas.example.com',
  'bash, zsh',
  'fish',
  'set -gx NAME …',
  'export NAME=…',
  'PowerShell',
  '$env:NAME = …',
  'cmd',
  'set NAME=…',
  'apps/orders-1.',
];

describe('Texts that people see', () => {
  it('are all localized with l10n', async () => {
    const { bare } = await collect(process.cwd());
    const texts = bare.map((found) => found.replace(/^\S+ /, ''));
    assert.deepEqual(
      bare.filter((found) => !technical.includes(found.replace(/^\S+ /, ''))),
      [],
    );
    // Also proves that the search still finds something.
    assert.deepEqual(
      technical.filter((text) => !texts.includes(text)),
      [],
    );
  });
});
