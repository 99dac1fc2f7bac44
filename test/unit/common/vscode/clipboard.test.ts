import assert from 'node:assert/strict';
import { copySecret, copyText } from '../../../../src/common/vscode/clipboard';
import { failure } from '../../support/coded';
import { fakeWindow } from '../../support/fakeWindow';

describe('Copying to the clipboard', () => {
  beforeEach(() => fakeWindow.reset());

  it('copies a text and shows it in the status bar', async () => {
    await copyText('release-pkg/1/空 格 👩\u200d💻.jar');
    assert.equal(fakeWindow.clipboard, 'release-pkg/1/空 格 👩\u200d💻.jar');
    assert.deepEqual(fakeWindow.statusTexts, ['Copied: release-pkg/1/空 格 👩\u200d💻.jar']);
  });

  it('copies several texts, one per line', async () => {
    await copyText(['a', 'b']);
    assert.equal(fakeWindow.clipboard, 'a\nb');
    assert.deepEqual(fakeWindow.statusTexts, ['Copied 2 lines']);
  });

  it('truncates a long text in the status bar without splitting a character', async () => {
    await copyText(`${'x'.repeat(99)}😀${'y'.repeat(50)}`);
    assert.deepEqual(fakeWindow.statusTexts, [`Copied: ${'x'.repeat(99)}😀…`]);
  });

  for (const unprintable of [
    'b\ncurl evil|sh\n.jar',
    'a\rb',
    'a\u0000b',
    'a\u001b[201~b',
    'a\u2028b',
    'a\u202egpj.exe',
    'a\u2066b',
    'half\udc80',
  ]) {
    it(`rejects ${JSON.stringify(unprintable)}, alone or among other lines`, async () => {
      const error = await failure(() => copyText(unprintable), 'copy.unprintable');
      assert.doesNotMatch(error.facts.subject ?? '', /[\p{Cc}\p{Zl}\p{Cs}\u202e\u2066]/u);
      await failure(() => copyText(['fine', unprintable]), 'copy.unprintable');
      assert.equal(fakeWindow.clipboard, '');
      assert.deepEqual(fakeWindow.statusTexts, []);
    });
  }

  it('does not show a copied secret in the status bar', async () => {
    await copySecret('the secret');
    assert.equal(fakeWindow.clipboard, 'the secret');
    assert.deepEqual(fakeWindow.statusTexts, []);
  });
});
