import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { transferId } from '../../../../src/core/transfer/storage/checkpoint';
import { fileUri } from '../../../../src/core/util/filePaths';

describe('fileUri', () => {
  const long = 'long name '.repeat(40);
  const cases: readonly [file: string, uri: string, back?: string][] = [
    ['c:\\shop\\app.jar', 'file:///c:/shop/app.jar'],
    ['c:/shop/app.jar', 'file:///c:/shop/app.jar', 'c:\\shop\\app.jar'],
    ['\\\\?\\c:\\shop\\app.jar', 'file:///c:/shop/app.jar', 'c:\\shop\\app.jar'],
    ['\\\\server\\share\\app.jar', 'file://server/share/app.jar'],
    ['\\\\?\\UNC\\server\\a\\b', 'file://server/a/b', '\\\\server\\a\\b'],
    ['\\\\wsl$\\Ubuntu\\app.jar', 'file://wsl$/Ubuntu/app.jar'],
    ['\\\\büro\\share\\app.jar', 'file://xn--bro-hoa/share/app.jar'],
    ['c:\\100% #1?\\app.jar ', 'file:///c:/100%25%20%231%3F/app.jar%20'],
    [`c:\\${long}\\app.`, `file:///c:/${encodeURI(long)}/app.`],
  ];
  for (const [file, uri, back = file] of cases) {
    it(`converts the Windows path ${file.slice(0, 40)} to a URI and back`, () => {
      assert.equal(fileUri(file, 'win32'), uri);
      assert.equal(fileURLToPath(uri, { windows: true }), back);
    });
  }

  it('treats backslashes and colons as parts of names on Linux', () => {
    assert.equal(fileUri('/w/\\\\?\\c:\\a', 'linux'), 'file:///w/%5C%5C%3F%5Cc:%5Ca');
  });

  it('leads to one transfer ID for paths that differ only in case, where case is ignored', () => {
    const ids = (platform: NodeJS.Platform, ...files: string[]): Set<string> =>
      new Set(files.map((file) => transferId('account', 'key', fileUri(file, platform), platform)));
    const same = ['C:\\Shop\\app.jar', 'c:\\shop\\app.jar', '\\\\?\\C:\\shop\\APP.jar'];
    assert.equal(ids('win32', ...same).size, 1);
    assert.equal(ids('win32', 'c:\\shop\\app.jar', 'd:\\shop\\app.jar').size, 2);
    assert.equal(ids('darwin', '/Shop/app.jar', '/shop/app.jar').size, 1);
    assert.equal(ids('linux', '/Shop/app.jar', '/shop/app.jar').size, 2);
  });
});
