import assert from 'node:assert/strict';
import { safeFileName, withSuffix } from '../../../../../src/core/transfer/download/safeFileName';

/** A text for a title, at most about 40 characters long. */
const shorten = (text: string): string =>
  text.length <= 40
    ? JSON.stringify(text)
    : `${JSON.stringify(text.slice(0, 8))}…${JSON.stringify(text.slice(-8))} (${text.length} characters)`;

describe('safeFileName', () => {
  const cases: readonly [string, string][] = [
    ['release-pkg/1/shop.jar', 'shop.jar'],
    ['release-pkg/1/空 格+(1)~.jar', '空 格+(1)~.jar'],
    ['release-pkg/1/folder/', 'folder'],
    ['release-pkg/1/a:b*c?"<>|.jar', 'a_b_c_____.jar'],
    ['release-pkg/1/..\\..\\evil.jar', '_.._.._evil.jar'],
    ['release-pkg/1/..', '__'],
    ['release-pkg/1/.', '_'],
    ['release-pkg/1/...', '___'],
    ['release-pkg/1/.env', '_.env'],
    ['release-pkg/1/..env', '_..env'],
    ['release-pkg/1/.bash_profile', '_.bash_profile'],
    ['release-pkg/1/.envrc/', '_.envrc'],
    ['release-pkg/1/.profile.', '_.profile_'],
    ['release-pkg/1/name. .', 'name___'],
    ['release-pkg/1/NUL', '_NUL'],
    ['release-pkg/1/con.jar', '_con.jar'],
    ['release-pkg/1/CON .txt', '_CON .txt'],
    ['release-pkg/1/aux  .tar.gz', '_aux  .tar.gz'],
    ['release-pkg/1/CONIN$', '_CONIN$'],
    ['release-pkg/1/conout$.txt', '_conout$.txt'],
    ['release-pkg/1/Clock$', '_Clock$'],
    ['release-pkg/1/COM0.jar', '_COM0.jar'],
    ['release-pkg/1/lpt³.x', '_lpt³.x'],
    ['release-pkg/1/prn ', '_prn_'],
    ['release-pkg/1/nul.', '_nul_'],
    ['release-pkg/1/com10.jar', 'com10.jar'],
    ['release-pkg/1/console.jar', 'console.jar'],
    ['release-pkg/1/a\u0000b\nc', 'a_b_c'],
    ['p/a\u200bb\ufeffc\u00ad\u2060\u{e0041}.jar', 'a_b_c___.jar'],
    ['p/$\u2060(x)]\u2060(y).jar', '$_(x)]_(y).jar'],
    ['p/app\u200d.jar', 'app_.jar'],
    ['p/app\u200d\ufe0f\u200c.jar', 'app_.jar'],
    ['p/a\u200e\u200f\u061c\u202egpj.exe', 'a____gpj.exe'],
    ['p/half\udc80.jar', 'half_.jar'],
    ['p/می\u200cخواهم.jar', 'می\u200cخواهم.jar'],
    ['p/👩\u200d💻❤️\u200d🔥葛\u{e0100}.war', '👩\u200d💻❤️\u200d🔥葛\u{e0100}.war'],
    ['', 'object'],
    ['///', 'object'],
    [`p/${'x'.repeat(251)}.jar`, `${'x'.repeat(251)}.jar`],
    [`p/${'x'.repeat(300)}.tar.gz`, `${'x'.repeat(252)}.gz`],
    [`p/${'空'.repeat(300)}.jar`, `${'空'.repeat(83)}.jar`],
    [`p/${'x'.repeat(254)} y${'z'.repeat(30)}`, `${'x'.repeat(254)}_`],
    [`p/${'x'.repeat(252)}😀`, 'x'.repeat(252)],
  ];
  for (const [key, name] of cases) {
    it(`converts ${shorten(key)} to ${shorten(name)}`, () => assert.equal(safeFileName(key), name));
  }

  for (const text of ['. ', '.', ' ', 'a.', ':', '\u202e']) {
    it(`converts a key full of ${JSON.stringify(text)} in linear time`, () => {
      const startedAt = performance.now();
      safeFileName(`p/${text.repeat(500_000)}x`);
      safeFileName(`p/x${text.repeat(500_000)}`);
      assert.ok(performance.now() - startedAt < 3_000);
    });
  }

  it('inserts a number before the extension, within the length limit of file systems', () => {
    assert.equal(withSuffix('app.jar', ' (1)'), 'app (1).jar');
    assert.equal(withSuffix('noext', ' (12)'), 'noext (12)');
    assert.equal(withSuffix(`${'x'.repeat(251)}.jar`, ' (1)'), `${'x'.repeat(247)} (1).jar`);
    assert.equal(withSuffix(`${'空'.repeat(83)}.jar`, ' (1)'), `${'空'.repeat(82)} (1).jar`);
  });
});
