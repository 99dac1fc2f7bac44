import assert from 'node:assert/strict';
import {
  InputBoxValidationSeverity,
  ProgressLocation,
  StatusBarAlignment,
  ThemeIcon,
  type QuickPickItem,
  type StatusBarItem,
} from 'vscode';
import { createHover, createTreeItem, safeWindow } from '../../../../src/common/vscode/safeWindow';
import { fakeWindow, pick, press, type } from '../../support/fakeWindow';

/** A name that VS Code would show as a link, icons, two lines and a reversed file name. */
const hostile =
  '[Show report](command:workbench.action.terminal.new?%7B%7D) $(pass) $(error) x\r\n\u202egpj.exe\u0007`<b>';
const plain =
  '[Show report]\u2060(command:workbench.action.terminal.new?%7B%7D) $\u2060(pass) $\u2060(error) x \ufffdgpj.exe\ufffd`<b>';
const plainLines = plain.replace('x ', 'x\ufffd\n');

/** All texts in a value, however deep. */
function textsIn(value: unknown, seen = new Set<unknown>()): readonly string[] {
  if (typeof value === 'string') {
    return [value];
  }
  if (typeof value !== 'object' || value === null || seen.has(value)) {
    return [];
  }
  seen.add(value);
  return Object.values(value).flatMap((inner) => textsIn(inner, seen));
}

describe('safeWindow', () => {
  beforeEach(() => fakeWindow.reset());

  for (const name of [
    'showErrorMessage',
    'showWarningMessage',
    'showInformationMessage',
  ] as const) {
    const show = safeWindow[name];
    it(`shows plain text in ${name}, and returns the pressed button as it was passed`, async () => {
      fakeWindow.script(press(plain));
      assert.equal(await show(hostile, hostile, 'Other'), hostile);
      fakeWindow.script(press('Other'));
      assert.equal(
        await show(hostile, { modal: true, detail: hostile }, hostile, 'Other'),
        'Other',
      );
      const [first, second] = fakeWindow.messages;
      assert.deepEqual([first?.text, first?.buttons], [plain, [plain, 'Other']]);
      assert.deepEqual([second?.text, second?.modal, second?.detail], [plain, true, plainLines]);
      assert.equal(await show(hostile, 'Other'), undefined);
    });
  }

  it('shows plain text in the status bar and in progress notifications', async () => {
    safeWindow.showStatus(hostile);
    assert.deepEqual(fakeWindow.statusTexts, [plain]);
    const result = await safeWindow.withProgress(
      { location: ProgressLocation.Notification, title: hostile },
      (progress) => {
        progress.report({ message: hostile, increment: 1 });
        progress.report({ increment: 1 });
        return Promise.resolve(7);
      },
    );
    assert.equal(result, 7);
    assert.deepEqual(fakeWindow.progressTexts, [plain, plain]);
  });

  it('shows plain text in status bar items, except for a leading icon', () => {
    const item: StatusBarItem = safeWindow.createStatusBarItem('id', StatusBarAlignment.Left, 1);
    item.text = `$(key) ${hostile}`;
    item.tooltip = hostile;
    item.name = hostile;
    item.accessibilityInformation = { label: hostile };
    assert.deepEqual(
      [item.text, item.tooltip, item.name, item.accessibilityInformation.label],
      [`$(key) ${plain}`, plain, plain, plain],
    );
    item.text = hostile;
    assert.equal(item.text, plain);
  });

  it('shows plain text in input boxes, and does not change the typed value', () => {
    const box = safeWindow.createInputBox();
    Object.assign(box, { title: hostile, prompt: hostile, placeholder: hostile });
    box.value = hostile;
    box.validationMessage = hostile;
    assert.deepEqual(
      [box.title, box.prompt, box.placeholder, box.validationMessage, box.value],
      [plain, plain, plain, plain, hostile],
    );
    box.validationMessage = {
      message: hostile,
      severity: InputBoxValidationSeverity.Error,
    };
    assert.deepEqual(box.validationMessage, {
      message: plain,
      severity: InputBoxValidationSeverity.Error,
    });
    box.buttons = [{ tooltip: hostile, iconPath: new ThemeIcon('x') }];
    assert.equal(box.buttons[0]?.tooltip, plain);
  });

  it('shows plain text in quick picks, and returns the item that was passed', async () => {
    const button = { tooltip: hostile, iconPath: new ThemeIcon('copy') };
    const item = { label: hostile, description: hostile, detail: hostile, buttons: [button] };
    const box = safeWindow.createQuickPick<QuickPickItem>();
    box.items = [item];
    assert.equal(box.items[0], item);
    assert.deepEqual(
      [item.label, item.description, item.detail, button.tooltip],
      [plain, plain, plain, plain],
    );
    const other = { label: hostile, icon: 'file' };
    fakeWindow.script(pick(plain));
    const chosen = await safeWindow.showQuickPick([other], {
      title: hostile,
      placeHolder: hostile,
    });
    assert.equal(chosen, other);
    const [prompt] = fakeWindow.prompts;
    assert.deepEqual([prompt?.title, prompt?.placeholder], [plain, plain]);
    assert.deepEqual(Reflect.get(other, 'iconPath'), new ThemeIcon('file'));
  });

  it('shows plain text in showInputBox, including validation messages', async () => {
    for (const validateInput of [() => hostile, () => Promise.resolve({ message: hostile })]) {
      fakeWindow.reset();
      fakeWindow.script(type('x'), { kind: 'cancel' });
      const options = { title: hostile, prompt: hostile, value: hostile, validateInput };
      await safeWindow.showInputBox(options as Parameters<typeof safeWindow.showInputBox>[0]);
      const [prompt] = fakeWindow.prompts;
      assert.deepEqual([prompt?.title, prompt?.prompt, prompt?.value], [plain, plain, hostile]);
      assert.deepEqual(textsIn(prompt?.validationMessage), [plain]);
    }
  });

  it('shows plain text in terminals and file dialogs', async () => {
    safeWindow.createTerminal({ name: hostile, message: hostile, cwd: '/tmp' });
    await safeWindow.showOpenDialog({ title: hostile, openLabel: hostile });
    await safeWindow.showSaveDialog({ title: hostile, saveLabel: hostile });
    assert.deepEqual(fakeWindow.opened, [
      { name: plain, message: plainLines, cwd: '/tmp' },
      { title: plain, openLabel: plain },
      { title: plain, saveLabel: plain },
    ]);
  });

  it('shows plain text in tree items and hovers', () => {
    const texts = { label: hostile, description: hostile, tooltip: hostile, ariaLabel: hostile };
    const item = createTreeItem({ id: 'row', icon: 'key', actions: [], ...texts });
    assert.deepEqual(
      [item.label, item.description, item.tooltip, item.accessibilityInformation?.label],
      [plain, plain, plainLines, plain],
    );
    const { value } = createHover(hostile, [[hostile, hostile]], hostile);
    const shown = value.replace(/\\[!-/:-@[-`{-~]/g, ''); // escaped, so that they are just characters
    assert.doesNotMatch(shown, /[\]$`]|<b>/);
    assert.equal(value.split('\n').length, 7);
  });
});
