import type { Locator } from 'playwright-core';
import type { Workbench } from './workbench';

/** A pair of keys that the sandbox knows. */
export interface Keys {
  readonly id: string;
  readonly secret: string;
}

/** What a user does with the extension, in terms of the product. */
export class Edas {
  constructor(readonly workbench: Workbench) {}

  // --- Signing in

  /** Opens the views; when signed out, they offer to sign in. */
  async show(): Promise<void> {
    await this.workbench.showView('EDAS Packages');
  }

  get welcomeButton(): Locator {
    return this.workbench.view('Credential').getByRole('button', { name: 'Sign In' });
  }

  /** Signs in from the welcome view. */
  async signIn(keys: Keys, region = 'cn-hangzhou'): Promise<void> {
    await this.show();
    await this.welcomeButton.click();
    await this.enterKeys(keys, region);
    await this.workbench.toast(/Signed in to EDAS/).waitFor();
  }

  /** Fills in the input boxes of the sign-in. */
  async enterKeys({ id, secret }: Keys, region = 'cn-hangzhou'): Promise<void> {
    await this.workbench.enter(/AccessKey ID of/, id);
    await this.workbench.enter(/AccessKey secret\./, secret);
    await this.chooseRegion(region);
  }

  async chooseRegion(region = 'cn-hangzhou'): Promise<void> {
    await this.workbench.choose(/^EDAS: Sign In[^]*Region/, region);
  }

  // --- The credential

  /** The value of a row of the Credential view. */
  fact(label: string | RegExp): Promise<string> {
    return this.workbench.description('Credential', label);
  }

  /** Waits until the value of a row matches. */
  waitForFact(label: string | RegExp, expected: RegExp): Promise<string> {
    const what = `the row ${String(label)} to show ${expected.source}`;
    return this.workbench.waitForText(() => this.fact(label), expected, what);
  }

  get status(): Locator {
    return this.workbench.statusItem('edasPackages.credential');
  }

  /** Waits until the text of the status bar item matches. */
  waitForStatus(expected: RegExp): Promise<string> {
    const what = `the status bar to show ${expected.source}`;
    return this.workbench.waitForText(() => this.status.innerText(), expected, what);
  }

  // --- Uploading

  /** Uploads files from the context menu of the Explorer. */
  async upload(...names: readonly string[]): Promise<void> {
    await this.workbench.showExplorer();
    await this.workbench.select(names);
    await this.workbench.contextMenu(
      this.workbench.file(names.at(-1)!),
      'Upload to EDAS Package Prefix',
    );
  }
}
