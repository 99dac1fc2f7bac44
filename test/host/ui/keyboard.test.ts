import assert from 'node:assert/strict';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import type { Locator } from 'playwright-core';
import { Sandbox } from '../../sandbox';
import { vsix } from '../locations.mjs';
import { binary } from './binary';
import { stopAfterTests, screenshotOnFailure } from './hooks';
import { Session } from './session';
import type { Workbench } from './workbench';

const context = binary(100_000);

/** Names of VS Code's color themes, and the class of its window in each. */
const themes = [
  ['Dark Modern', 'vs-dark'],
  ['Dark High Contrast', 'hc-black'],
  ['Light High Contrast', 'hc-light'],
  ['Light Modern', 'vs'],
] as const;

/** The main features. Each test continues in the state that the one before it left. */
describe('With the keyboard only', () => {
  let sandbox: Sandbox;
  let session: Session;
  let workbench: Workbench;

  const stopAfter = stopAfterTests();
  before(async () => {
    sandbox = stopAfter(await Sandbox.start());
    session = stopAfter(
      await Session.start({
        vsix,
        settings: { 'edasPackages.endpoint': sandbox.edasEndpoint },
        files: { 'shop.jar': context, 'dist/index.html': '<p>shop</p>' },
      }),
    );
    workbench = session.workbench;
    await workbench.page.evaluate(
      "addEventListener('pointerdown', () => { globalThis.hadMouseEvent = true; }, true)",
    );
  });
  screenshotOnFailure(() => session.workbench);

  const press = async (...keys: readonly string[]) => {
    for (const key of keys) await workbench.page.keyboard.press(key);
  };
  /** Moves the focus of the open quick pick to a row, and accepts it. */
  const select = async (label: string) => {
    const focused = workbench.quickInput.locator('.monaco-list-row.focused');
    await workbench.until(async () => {
      if ((await focused.count()) > 0 && (await focused.innerText()).includes(label)) return true;
      await press('ArrowDown');
      return false;
    }, `the choice ${label}`);
    await press('Enter');
  };
  const run = async (command: string) => {
    // An open palette does not show commands that are enabled later, and a key press is sometimes lost.
    await workbench.until(async () => {
      await press('F1');
      try {
        await workbench.input.fill(`>${command}`, { timeout: 3000 });
        await workbench.choice(command).waitFor({ timeout: 3000 });
        return true;
      } catch {
        await press('Escape');
        return false;
      }
    }, `the command ${command}`);
    await select(command);
  };
  const chooseTyping = async (prompt: RegExp, label: string) => {
    await workbench.waitForPrompt(prompt);
    await workbench.input.fill(label);
    await select(label);
  };
  /** Moves down a list until a row has the focus. */
  const moveTo = async (rows: Locator, label: string) => {
    const focused = rows.and(workbench.page.locator('.focused'));
    await press('Home');
    await workbench.until(async () => {
      if (
        (await focused.count()) > 0 &&
        (await focused.locator('.label-name').innerText()) === label
      )
        return true;
      await press('ArrowDown');
      return false;
    }, `the focus on ${label}`);
  };
  const goTo = async (view: string, label: string) => {
    await workbench.row(view, label).waitFor();
    await run(`EDAS Packages: Focus on ${view} View`);
    await moveTo(workbench.rows(view), label);
  };
  const goToFile = async (name: string) => {
    await run('File: Focus on Files Explorer');
    await workbench.file(name).waitFor();
    await moveTo(workbench.page.locator('.explorer-folders-view .monaco-list-row'), name);
  };
  /** Opens the context menu of the focused element, and selects an entry. */
  const selectFromMenu = async (label: string) => {
    await press('Shift+F10');
    const focused = workbench.page.locator('.monaco-menu .action-item.focused');
    await workbench.menuItem(label).waitFor();
    await workbench.until(async () => {
      if ((await focused.count()) > 0 && (await focused.innerText()).startsWith(label)) return true;
      await press('ArrowDown');
      return false;
    }, `the focus on ${label}`);
    await press('Enter');
  };
  const pressInToast = async (text: RegExp, button: string) => {
    await workbench.toast(text).waitFor();
    await run('Notifications: Focus Notification Toast');
    await tabTo(button);
    await press('Enter');
  };
  /** Presses Tab until a button has the focus. */
  const tabTo = (button: string) =>
    workbench.until(async () => {
      const focused = workbench.page.locator(':focus');
      if ((await focused.count()) > 0 && (await focused.innerText()) === button) return true;
      await press('Tab');
      return false;
    }, `the focus on ${button}`);

  it('signs in', async () => {
    const { id, secret } = sandbox.keys[0]!;
    await run('EDAS: Sign In…');
    await workbench.enter(/AccessKey ID of/, id);
    await workbench.enter(/AccessKey secret\./, secret);
    await chooseTyping(/^EDAS: Sign In[^]*Region/, 'cn-hangzhou');
    await pressInToast(/Signed in to EDAS/, 'Show Credential');
  });

  it('copies the bucket from its row', async () => {
    await goTo('Credential', 'Bucket');
    await selectFromMenu('Copy');
    await workbench.waitForText(
      () => workbench.clipboard(),
      new RegExp(`^${sandbox.bucket}$`),
      'the bucket',
    );
  });

  it('uploads a file of the Explorer, and copies its URL', async () => {
    await goToFile('shop.jar');
    await selectFromMenu('Upload to EDAS Package Prefix');
    await pressInToast(/Uploaded shop\.jar/, 'Copy URL');
    await workbench.waitForText(() => workbench.clipboard(), /^http.*\/shop\.jar$/, 'the URL');
    assert.deepEqual(await sandbox.objects.read(`${sandbox.keyPrefix}/shop.jar`), context);
  });

  it('keeps both when another object exists', async () => {
    await session.write('shop.jar', 'rebuilt');
    await goToFile('shop.jar');
    await selectFromMenu('Upload to EDAS Package Prefix');
    await workbench.dialog.waitFor();
    await tabTo('Keep Both');
    await press('Enter');
    await workbench.toast(/Uploaded shop\.jar/).waitFor();
    await run('View: Show EDAS Packages');
    await workbench.row('Packages', 'shop (1).jar').waitFor();
  });

  it('uploads a folder that is entered in the dialog of the command', async () => {
    await run('EDAS: Upload Folder as ZIP to Package Prefix…');
    await workbench.enterPath(/Upload Folder as ZIP/, path.join(session.workspace, 'dist'));
    // The first Enter may only open the folder in the dialog; the next one accepts it.
    await workbench.until(async () => {
      await workbench.page.waitForTimeout(1000);
      if (await workbench.quickInput.isHidden()) return true;
      await press('Enter');
      return false;
    }, 'the dialog to close');
    await workbench.toast(/Uploaded dist\.zip/).waitFor();
  });

  it('copies the package prefix, and the URL of an object', async () => {
    await run('EDAS: Copy Package Prefix');
    await workbench.waitForText(
      () => workbench.clipboard(),
      new RegExp(`^${sandbox.keyPrefix}/?$`),
      'the prefix',
    );
    await run('EDAS: Copy Object URL…');
    await chooseTyping(/Copy Object URL/, 'dist.zip');
    await workbench.waitForText(() => workbench.clipboard(), /^http.*\/dist\.zip$/, 'the URL');
  });

  it('shows the log', async () => {
    await run('EDAS: Show Log');
    const channels =
      "[...document.querySelectorAll('select')].map((box) => box.selectedOptions[0]?.text).join()";
    await workbench.waitForText(
      () => workbench.page.evaluate<string>(channels),
      /EDAS Package Storage/,
      'the output channel',
    );
  });

  it('copies the key of a finished transfer', async () => {
    await goTo('Transfers', 'shop.jar');
    await selectFromMenu('Copy Key');
    await workbench.waitForText(() => workbench.clipboard(), /\/shop[^/]*\.jar$/, 'the key');
  });

  it('deletes an object after a confirmation', async () => {
    await goTo('Packages', 'shop.jar');
    await selectFromMenu('Delete');
    await workbench.dialog
      .getByText(/shop\.jar/)
      .first()
      .waitFor();
    await tabTo('Delete');
    await press('Enter');
    await workbench.row('Packages', 'shop.jar').waitFor({ state: 'detached' });
  });

  it('opens the walkthrough', async () => {
    await run('View: Toggle Panel Visibility');
    await run('Notifications: Clear All Notifications');
    await run('Welcome: Open Walkthrough...');
    await chooseTyping(/walkthrough/i, 'EDAS');
    await workbench.page.locator('.gettingStartedContainer .step-list-container').waitFor();
  });

  for (const [theme, className] of themes) {
    it(`changes to the theme ${theme} (screenshot)`, async () => {
      await run('Preferences: Color Theme');
      await chooseTyping(/Theme/, theme);
      await workbench.page.locator(`.monaco-workbench.${className}`).waitFor();
      await workbench.screenshot(`theme-${className}`);
    });
  }

  it('has received no mouse event', async () => {
    assert.equal(await workbench.page.evaluate('globalThis.hadMouseEvent'), undefined);
  });
});
