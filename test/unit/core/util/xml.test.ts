import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { childrenNamed, childText, parseXml, type XmlElement } from '../../../../src/core/util/xml';
import { failure } from '../../support/coded';

describe('XML', () => {
  it('is read as elements and their text', async () => {
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

  it('normalises line breaks', async () => {
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
      ['one attribute again and again', `<A${fill(' a=""')}/>`],
      ['entities', `<A>${fill('&lt;')}</A>`],
      ['entities in an attribute', `<A a="${fill('&lt;')}`],
      ['one entity', `<A>&${fill('a')};</A>`],
      ['one number', `<A>&#${fill('0')}65;</A>`],
      ['ampersands', `<A>${fill('&')}</A>`],
      ['depth', fill('<a>')],
      ['depth with long names', `<${'a'.repeat(800)}>`.repeat(5_000)],
      ['elements', `<A>${fill('<b/>')}</A>`],
      ['tags that break off', fill('<')],
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
    for (const [what, text] of slow) {
      it(what, async () => {
        const bytes = Buffer.from(text);
        const begin = performance.now();
        await parseXml(bytes).catch(() => undefined);
        // Quadratic time is minutes.
        assert.ok(performance.now() - begin < 8_000);
      }).timeout(20_000);
    }
  });

  it('refuses 8 MB of what costs the parser most before it takes memory', async () => {
    for (const piece of ['<b/>', '<!---->', '&lt;', '<b a=""/>', '<?a?>']) {
      const bytes = Buffer.from(`<A>${piece.repeat(8_000_000 / piece.length)}</A>`);
      const begin = performance.now();
      await assert.rejects(parseXml(bytes));
      assert.ok(performance.now() - begin < 1_000, piece);
    }
  });

  const refused: readonly (readonly [string, string | Uint8Array])[] = [
    ['nothing', ''],
    ['text', 'hello'],
    ['two roots', '<A/><B/>'],
    ['a document that breaks off', '<A><B>x</B>'],
    ['a tag that breaks off', '<A'],
    ['crossed tags', '<A><B></A></B>'],
    ['a DOCTYPE', '<!DOCTYPE A><A/>'],
    ['a DOCTYPE with entities', '<!DOCTYPE A [<!ENTITY x "xx"><!ENTITY y "&x;&x;">]><A>&y;</A>'],
    ['an unknown entity', '<A>&secret;</A>'],
    ['an entity without an end', '<A>&amp</A>'],
    ['a processing instruction', '<A><?run me?></A>'],
    ['a control character', '<A>\u0001</A>'],
    ['bytes that are not UTF-8', Buffer.from([0x3c, 0x41, 0x3e, 0xff, 0x3c, 0x2f, 0x41, 0x3e])],
    ['17 levels', '<A>'.repeat(17) + '</A>'.repeat(17)],
    ['50,001 elements', `<A>${'<B/>'.repeat(50_000)}</A>`],
    ['HTML', '<html><body><br></body></html>'],
  ];
  for (const [what, text] of refused) {
    it(`refuses ${what}`, async () => {
      const error = await failure(
        () => parseXml(Buffer.from(text as string), { host: 'h' }),
        'answer.notUnderstood',
        {
          host: 'h',
        },
      );
      assert.doesNotMatch(error.message, /secret/);
      assert.equal(error.cause, undefined);
    });
  }

  it('reads 16 levels and 50,000 elements', async () => {
    await parseXml(Buffer.from('<A>'.repeat(16) + '</A>'.repeat(16)));
    await parseXml(Buffer.from(`<A>${'<B/>'.repeat(49_999)}</A>`));
  });

  it('is read, and refused, as another strict parser does', async () => {
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
    const anything = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
    await fc.assert(
      fc.asyncProperty(fc.oneof(document, anything), async (text) => {
        const ours = await parseXml(Buffer.from(text)).then(texts, () => undefined);
        assert.deepEqual(ours, otherReading(text), text);
      }),
      { numRuns: 5_000, seed: 20261124 },
    );
  });
});

/** Name and text of each element, in the order of their beginnings. */
function texts({ name, text, children }: XmlElement): [string, string][] {
  return [[name, text], ...children.flatMap(texts)];
}

function otherReading(document: string): [string, string][] | undefined {
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
