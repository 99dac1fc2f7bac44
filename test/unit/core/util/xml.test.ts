import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { childrenNamed, childText, parseXml, type XmlElement } from '../../../../src/core/util/xml';
import { failure } from '../../support/coded';

describe('parseXml', () => {
  it('returns elements and their text', async () => {
    const root = await parseXml(
      Buffer.from(
        '\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<!-- x --><R a="1"><K> a &amp; b &#x1F4E6; </K>' +
          '<K><![CDATA[<&]]></K><E/></R>\n',
      ),
    );
    assert.equal(root.name, 'R');
    assert.equal(childText(root, 'K'), 'a & b \u{1F4E6}');
    assert.equal(childText(root, 'E'), '');
    assert.equal(childText(root, 'X'), undefined);
    assert.deepEqual(
      childrenNamed(root, 'K').map(({ text }) => text),
      [' a & b \u{1F4E6} ', '<&'],
    );
  });

  it('normalizes line breaks', async () => {
    const root = await parseXml(Buffer.from('<A>\r1\r\n2\n\r3</A>'));
    assert.equal(root.text, '\n1\n2\n\n3');
  });

  describe('takes linear time for 1 MiB of', () => {
    const size = 1024 * 1024;
    const fill = (piece: string): string => piece.repeat(size / Buffer.byteLength(piece));
    const attributes = Array.from({ length: size / 10 }, (_, n) => ` a${n}=""`).join('');
    const slow: readonly (readonly [string, string])[] = [
      ['carriage returns', `<A>${fill('\r')}</A>`],
      ['carriage returns in an attribute', `<A a="${fill('\r')}"/>`],
      ['carriage returns in CDATA', `<A><![CDATA[${fill('\r')}]]></A>`],
      ['carriage returns in a comment', `<A><!--${fill('\r')}--></A>`],
      ['carriage returns in a processing instruction', `<A><?a ${fill('\r')}?></A>`],
      ['one attribute', `<A a="${fill('x')}"/>`],
      ['an attribute without an end', `<A a="${fill('\t')}`],
      ['many attributes', `<A${attributes}/>`],
      ['one repeated attribute', `<A${fill(' a=""')}/>`],
      ['entities', `<A>${fill('&lt;')}</A>`],
      ['entities in an attribute', `<A a="${fill('&lt;')}`],
      ['one entity', `<A>&${fill('a')};</A>`],
      ['one character reference', `<A>&#${fill('0')}65;</A>`],
      ['ampersands', `<A>${fill('&')}</A>`],
      ['nested elements', fill('<a>')],
      ['nested elements with long names', `<${'a'.repeat(800)}>`.repeat(5_000)],
      ['elements', `<A>${fill('<b/>')}</A>`],
      ['unfinished tags', fill('<')],
      ['one name', `<${fill('a')}`],
      ['letters outside the BMP', `<A>${fill('\u{1F4E6}')}</A>`],
      ['spaces in a tag', `<A${fill(' ')}`],
      ['spaces before the root', `${fill(' ')}<A/>`],
      ['comments', `<A>${fill('<!---->')}</A>`],
      ['one comment', `<A><!--${fill('- ')}`],
      ['CDATA sections', `<A>${fill('<![CDATA[]]>')}</A>`],
      ['brackets in CDATA', `<A><![CDATA[${fill(']')}`],
      ['processing instructions', `<A>${fill('<?a?>')}</A>`],
      ['one processing instruction', `<?a ${fill('?')}`],
      ['a DOCTYPE', `<!DOCTYPE a [${fill(`]${' '.repeat(1_023)}`)}`],
      ['brackets in a DOCTYPE', `<!DOCTYPE a [${fill(']')}`],
      ['digits of a version', `<?xml version="1.${fill('0')}x"?><A/>`],
      ['lines before an error', `<A>${fill('\n')}</B>`],
    ];
    for (const [description, text] of slow) {
      it(description, async () => {
        const bytes = Buffer.from(text);
        const startedAt = performance.now();
        await parseXml(bytes).catch(() => undefined);
        // Quadratic time would be minutes.
        assert.ok(performance.now() - startedAt < 8_000);
      }).timeout(20_000);
    }
  });

  it('rejects 8 MB of small elements, comments, entities or attributes within a second', async () => {
    for (const piece of ['<b/>', '<!---->', '&lt;', '<b a=""/>', '<?a?>']) {
      const bytes = Buffer.from(`<A>${piece.repeat(8_000_000 / piece.length)}</A>`);
      const startedAt = performance.now();
      await assert.rejects(parseXml(bytes));
      assert.ok(performance.now() - startedAt < 1_000, piece);
    }
  });

  const rejected: readonly (readonly [string, string | Uint8Array])[] = [
    ['an empty document', ''],
    ['plain text', 'hello'],
    ['two roots', '<A/><B/>'],
    ['a truncated document', '<A><B>x</B>'],
    ['a truncated tag', '<A'],
    ['crossed tags', '<A><B></A></B>'],
    ['a DOCTYPE', '<!DOCTYPE A><A/>'],
    ['a DOCTYPE with entities', '<!DOCTYPE A [<!ENTITY x "xx"><!ENTITY y "&x;&x;">]><A>&y;</A>'],
    ['an unknown entity', '<A>&secret;</A>'],
    ['an entity without a semicolon', '<A>&amp</A>'],
    ['a processing instruction', '<A><?run me?></A>'],
    ['a control character', '<A>\u0001</A>'],
    ['bytes that are not UTF-8', Buffer.from([0x3c, 0x41, 0x3e, 0xff, 0x3c, 0x2f, 0x41, 0x3e])],
    ['17 levels of elements', '<A>'.repeat(17) + '</A>'.repeat(17)],
    ['50,001 elements', `<A>${'<B/>'.repeat(50_000)}</A>`],
    ['HTML', '<html><body><br></body></html>'],
  ];
  for (const [description, text] of rejected) {
    it(`rejects ${description}`, async () => {
      const error = await failure(
        () => parseXml(Buffer.from(text as string), { host: 'h' }),
        'response.notUnderstood',
        {
          host: 'h',
        },
      );
      assert.doesNotMatch(error.message, /secret/);
      assert.equal(error.cause, undefined);
    });
  }

  it('accepts 16 levels of elements and 50,000 elements', async () => {
    await parseXml(Buffer.from('<A>'.repeat(16) + '</A>'.repeat(16)));
    await parseXml(Buffer.from(`<A>${'<B/>'.repeat(49_999)}</A>`));
  });

  it('accepts and rejects generated documents as saxes does, and returns the same texts', async () => {
    const piece = fc.constantFrom(
      ...[
        '<A>',
        '</A>',
        '<B x="1">',
        '</B>',
        '<C/>',
        '<!-- c -->',
        '<!---->',
        '<![CDATA[<&]]>',
        ']]>',
      ],
      ...[
        '&lt;',
        '&#65;',
        '&#x1F4E6;',
        '&#0;',
        '&',
        '<',
        '>',
        '"',
        't',
        ' ',
        '\r\n',
        '\u00e9',
        '\u{1F4E6}',
      ],
      ...[
        '<?xml version="1.0"?>',
        '<B x=1>',
        '<B x="<">',
        '< A>',
        '</A >',
        '--',
        '<1>',
        '\u0007',
        '\ufffe',
      ],
    );
    const document = fc.array(piece, { maxLength: 8 }).map((pieces) => `<A>${pieces.join('')}</A>`);
    const anyText = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
    await fc.assert(
      fc.asyncProperty(fc.oneof(document, anyText), async (text) => {
        const ours = await parseXml(Buffer.from(text)).then(texts, () => undefined);
        assert.deepEqual(ours, textsBySaxes(text), text);
      }),
      { numRuns: 5_000, seed: 20261124 },
    );
  });
});

/** The name and the text of each element, in document order. */
function texts({ name, text, children }: XmlElement): [string, string][] {
  return [[name, text], ...children.flatMap(texts)];
}

/** The same as `texts`, by saxes; undefined when it rejects the document. */
function textsBySaxes(document: string): [string, string][] | undefined {
  const all: [string, string][] = [];
  const open: [string, string][] = [];
  const add = (text: string): void => {
    const inside = open.at(-1);
    if (inside) inside[1] += text;
  };
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name }) => {
    const element: [string, string] = [name, ''];
    all.push(element);
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  parser.on('text', add);
  parser.on('cdata', add);
  try {
    parser.write(document).close();
    return all;
  } catch {
    return undefined;
  }
}
