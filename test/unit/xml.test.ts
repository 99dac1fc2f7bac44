import assert from 'node:assert/strict';
import { childrenNamed, childText, parseXml } from '../../src/core/xml';
import { failure } from './support/coded';

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
});
