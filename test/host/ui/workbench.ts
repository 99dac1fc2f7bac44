import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import { outFolder } from '../locations.mjs';

/** Publisher and name of the extension, a part of the ids of its status bar items. */
const extensionId = 'edas-tools.edas-package-storage';

/** Time limit of each wait on a busy machine, in milliseconds. */
const timeoutMs = 40_000;

/** What a user sees and does in VS Code. Works with the page of VS Code 1.95 to 1.139. */
export class Workbench {
  constructor(readonly page: Page) {
    page.setDefaultTimeout(timeoutMs);
  }

  /** Waits until the workbench is visible, the extension host is connected, and the side bar has content. */
  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor();
    // After a reload VS Code restores the last view container, which may not be the Explorer.
    await this.page
      .locator('.part.sidebar :is(.monaco-list-row, .welcome-view-content)')
      .first()
      .waitFor();
  }

  // --- Command palette, quick picks, input boxes

  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget');
  }

  get input(): Locator {
    return this.quickInput.locator('.quick-input-box input');
  }

  /** The text below an input box: its prompt, or a validation message. */
  get inputMessage(): Locator {
    return this.quickInput.locator('.quick-input-message');
  }

  /** A row of the open quick pick. */
  choice(label: string | RegExp): Locator {
    return this.quickInput.locator('.monaco-list-row').filter({ hasText: label }).first();
  }

  async command(label: string): Promise<void> {
    // F1 is sometimes lost, for instance while a dialog closes.
    for (let attempt = 1; ; attempt++) {
      try {
        await this.page.keyboard.press('F1');
        await this.input.fill(`>${label}`, { timeout: 5000 });
        await this.choice(label).click({ timeout: 5000 });
        return;
      } catch (error) {
        if (attempt === 5) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** Waits for the input box whose title or placeholder matches, fills it in and accepts it. */
  async enter(prompt: RegExp, text: string): Promise<void> {
    await this.waitForPrompt(prompt);
    await this.input.fill(text);
    await this.input.press('Enter');
  }

  /** Waits for the quick pick whose title or placeholder matches, and selects the row. */
  async choose(prompt: RegExp, label: string | RegExp): Promise<void> {
    await this.waitForPrompt(prompt);
    await this.choice(label).click();
  }

  /** Fills in one of VS Code's own dialogs for files and folders. */
  async enterPath(prompt: RegExp, file: string): Promise<void> {
    await this.waitForPrompt(prompt);
    // When the dialog is ready, its default value replaces anything typed before.
    await this.until(async () => (await this.input.inputValue()).includes('/'), 'a proposal');
    await this.until(async () => {
      await this.input.fill(file);
      await sleep(500);
      return [file, file + path.sep].includes(await this.input.inputValue());
    }, `the dialog to take ${file}`);
    await this.input.press('Enter');
  }

  /** Waits until the title, the placeholder or the message of the quick input matches. */
  async waitForPrompt(prompt: RegExp): Promise<void> {
    await this.until(async () => {
      if (!(await this.quickInput.isVisible())) return false;
      const shown = [
        await this.quickInput.innerText(),
        (await this.input.getAttribute('placeholder')) ?? '',
      ].join('\n');
      return prompt.test(shown);
    }, `the prompt ${prompt.source}`);
  }

  // --- Side bar

  /** Shows the extension's views, whichever is open now. */
  async showView(container: string): Promise<void> {
    const action = this.activity(container);
    if (!((await action.getAttribute('class')) ?? '').includes('checked')) await action.click();
    await this.page.locator('.part.sidebar .pane').first().waitFor();
  }

  activity(title: string): Locator {
    return this.page.locator(
      `.activitybar .action-item:has(a.action-label[aria-label^="${title}"])`,
    );
  }

  /** A view of the side bar. The header of a single view exists, but is hidden; it may have a description. */
  view(name: string): Locator {
    const header = `.pane-header:is([aria-label^="${name} Section"], [aria-label^="${name} - "])`;
    return this.page.locator(`.part.sidebar .pane:has(${header})`);
  }

  rows(view: string): Locator {
    return this.view(view).getByRole('treeitem');
  }

  /** A row by its label; its `aria-label` may be its tooltip. */
  row(view: string, label: string | RegExp): Locator {
    return this.rows(view)
      .filter({ has: this.page.locator('.label-name', { hasText: label }) })
      .first();
  }

  /** The description of a row, after its label. */
  async description(view: string, label: string | RegExp): Promise<string> {
    return plain(await this.row(view, label).locator('.label-description').innerText());
  }

  /** Presses an inline action of a row. */
  async rowAction(view: string, label: string | RegExp, action: string): Promise<void> {
    const row = this.row(view, label);
    await row.hover();
    await row.locator(`a.action-label[aria-label^="${action}"]`).click();
  }

  // --- Explorer

  async showExplorer(): Promise<void> {
    await this.showView('Explorer');
    await this.page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
  }

  file(name: string): Locator {
    return this.page.locator('.explorer-folders-view').getByRole('treeitem', { name, exact: true });
  }

  /** Selects several files of the explorer as with Ctrl and the mouse. */
  async select(names: readonly string[]): Promise<void> {
    // An editor that the first click opens, or a refresh of a folder, sometimes clears the selection.
    for (let attempt = 1; ; attempt++) {
      try {
        for (const [index, name] of names.entries()) {
          await this.file(name).click(index ? { modifiers: ['ControlOrMeta'] } : {});
        }
        for (const name of names) {
          await this.file(name)
            .and(this.page.locator('.selected'))
            .waitFor(attempt < 5 ? { timeout: 3000 } : {});
        }
        return;
      } catch (error) {
        if (attempt === 5) throw error;
      }
    }
  }

  /** Opens a file of the Explorer permanently, and returns its tab. A click while the list is rendered is lost. */
  async openFile(name: string): Promise<Locator> {
    const tab = this.page.locator('.tab', { hasText: name });
    await this.until(async () => {
      await this.file(name).dblclick();
      return tab.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
    }, `the tab of ${name}`);
    return tab;
  }

  menuItem(label: string): Locator {
    return this.page.locator('.monaco-menu .action-item', { hasText: label });
  }

  async openContextMenu(target: Locator): Promise<void> {
    const menu = this.page.locator('.monaco-menu .action-item').first();
    // A menu closes when something else gets the focus, for instance an editor that has just opened.
    await this.until(async () => {
      const isOpen = await target
        .click({ button: 'right', timeout: 10_000 })
        .then(() => menu.waitFor({ timeout: 5000 }))
        .then(
          () => true,
          () => false,
        );
      // A menu that opens later would cover the target.
      if (!isOpen) await this.page.keyboard.press('Escape');
      return isOpen;
    }, 'the context menu');
    await sleep(250); // a menu ignores the mouse for its first 100 ms
  }

  async contextMenu(target: Locator, label: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await this.openContextMenu(target);
      try {
        await this.menuItem(label).click({ timeout: 10_000 });
        await this.page
          .locator('.monaco-menu')
          .first()
          .waitFor({ state: 'detached', timeout: 5000 });
        return;
      } catch (error) {
        if (attempt === 3) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** Trusts the workspace of a window in Restricted Mode. */
  async trustWorkspace(): Promise<void> {
    await this.command('Workspaces: Manage Workspace Trust');
    await this.page
      .locator('.workspace-trust-editor')
      .getByRole('button', { name: 'Trust', exact: true })
      .click();
    await this.page
      .locator('.statusbar-item', { hasText: 'Restricted Mode' })
      .waitFor({ state: 'detached' });
  }

  // --- Status bar

  statusItem(id: string): Locator {
    return this.page.locator(`.part.statusbar [id="${extensionId}.${id}"]`);
  }

  /** The text of an element's hover. */
  async hover(target: Locator): Promise<string> {
    const hover = this.page.locator('.monaco-hover:visible').last();
    await this.until(async () => {
      await this.page.mouse.move(640, 300);
      await target.hover();
      return hover
        .waitFor({ timeout: 3000 })
        .then(() => true)
        .catch(() => false);
    }, 'the hover');
    return plain(await hover.innerText());
  }

  // --- Notifications and dialogs

  /** A notification that is visible, including those with progress. */
  toast(text: string | RegExp): Locator {
    return this.page
      .locator('.notifications-toasts .notification-list-item')
      .filter({ hasText: text })
      .first();
  }

  async pressInToast(text: string | RegExp, button: string): Promise<void> {
    await this.toast(text).getByRole('button', { name: button, exact: true }).click();
  }

  async clearToasts(): Promise<void> {
    await this.command('Notifications: Clear All Notifications');
    await this.page.locator('.notifications-toasts .notification-list-item').first().waitFor({
      state: 'detached',
    });
  }

  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  async pressInDialog(button: string): Promise<void> {
    await this.dialog.getByRole('button', { name: button, exact: true }).click();
    await this.dialog.waitFor({ state: 'detached' });
  }

  // --- Output, clipboard, screenshots

  /** The visible lines of an output channel. */
  async output(channel: string): Promise<string> {
    await this.command('Output: Show Output Channels...');
    await this.choice(channel).click();
    const lines = this.page.locator('.part.panel .view-line');
    await lines.first().waitFor();
    return (await lines.allInnerTexts()).map(plain).join('\n');
  }

  clipboard(): Promise<string> {
    return this.page.evaluate<string>('navigator.clipboard.readText()');
  }

  /** Saves a screenshot of the window in out/ui and returns its path. */
  async screenshot(name: string): Promise<string> {
    const file = path.join(outFolder, 'ui', `${name}.png`);
    await mkdir(path.dirname(file), { recursive: true });
    await this.page.screenshot({ path: file });
    return file;
  }

  // --- Waiting

  /**
   * Waits until a text that may change matches.
   *
   * @param what for the error message
   * @returns the text
   */
  async waitForText(read: () => Promise<string>, expected: RegExp, what: string): Promise<string> {
    let text = '';
    const describeWait = () => `${what}; it is “${text}”`;
    await this.until(async () => {
      text = await read().then(plain, () => '');
      return expected.test(text);
    }, describeWait);
    return text;
  }

  /**
   * Waits until a condition is true, checking it every 100 ms.
   *
   * @param what for the error message
   */
  async until(condition: () => Promise<boolean>, what: string | (() => string)): Promise<void> {
    const end = Date.now() + timeoutMs;
    while (!(await condition())) {
      if (Date.now() > end) {
        const named = typeof what === 'string' ? what : what();
        throw new Error(`Timed out after ${timeoutMs / 1000} s waiting for ${named}.`);
      }
      await sleep(100);
    }
  }
}

/** Replaces the no-break spaces of VS Code's editors and trees. */
function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ').trim();
}
