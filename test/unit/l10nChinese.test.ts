import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { collect } from '../../l10n/texts.mjs';

type Words = Readonly<Record<string, string>>;

const read = async (file: string): Promise<Words> =>
  JSON.parse(await readFile(file, 'utf8')) as Words;

const pairs = [
  ['l10n/bundle.l10n.json', 'l10n/bundle.l10n.zh-cn.json'],
  ['package.nls.json', 'package.nls.zh-cn.json'],
] as const;

/** What VS Code or Markdown replaces or runs: each must be in a translation as often as in the original. */
const marks = [
  /\{\d+\}/g, // places of values in texts of the code
  /\$\{[^}]+\}/g, // variables of templates and tasks
  /\(command:[^)]*\)/g, // buttons
  /`[^`]*`/g, // names of settings and examples
  /\$\([^)]*\)/g, // icons
];

/** Names and abbreviations that are the same in Chinese. */
const sameInBoth =
  /^(\W|\{\d\}|\d|AccessKey|Secret|Package Storage|EDAS|ID|Key|URL|OSS|VPC|Endpoint)*$/;

describe('texts in Simplified Chinese', () => {
  for (const [english, chinese] of pairs) {
    describe(chinese, () => {
      it('has the keys of the English one, in their order', async () => {
        assert.deepEqual(Object.keys(await read(chinese)), Object.keys(await read(english)));
      });

      it('keeps placeholders, variables, buttons, names and icons', async () => {
        const originals = await read(english);
        for (const [key, text] of Object.entries(await read(chinese))) {
          for (const mark of marks) {
            const found = (words: string): readonly string[] => (words.match(mark) ?? []).sort();
            assert.deepEqual(found(text), found(originals[key] ?? ''), key);
          }
        }
      });

      it('is Chinese throughout', async () => {
        const originals = await read(english);
        const untranslated = Object.entries(await read(chinese))
          .filter(([, text]) => !/\p{Script=Han}/u.test(text) && !sameInBoth.test(text))
          .map(([key]) => originals[key]);
        assert.deepEqual(untranslated, []);
      });

      it('is punctuated as Chinese is', async () => {
        const wrong = Object.values(await read(chinese)).filter((text) =>
          /\p{Script=Han}\s*[,;!?]|\p{Script=Han}\.(\s|$)|[，。；：？！]{2}/u.test(text),
        );
        assert.deepEqual(wrong, []);
      });
    });
  }
});

describe('commands that a text names', () => {
  for (const [texts, titles] of [
    ['l10n/bundle.l10n.json', 'package.nls.json'],
    ['l10n/bundle.l10n.zh-cn.json', 'package.nls.zh-cn.json'],
  ] as const) {
    it(`are called as the palette calls them, in ${texts}`, async () => {
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

/** Shown as they are in every language. */
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

describe('texts that people see', () => {
  it('all pass through l10n', async () => {
    const { bare } = await collect(process.cwd());
    const seen = bare.map((found) => found.replace(/^\S+ /, ''));
    assert.deepEqual(
      bare.filter((found) => !technical.includes(found.replace(/^\S+ /, ''))),
      [],
    );
    // Also proves that the search still finds something.
    assert.deepEqual(
      technical.filter((text) => !seen.includes(text)),
      [],
    );
  });
});
