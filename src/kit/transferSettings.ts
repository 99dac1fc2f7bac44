import { commands, l10n, window, workspace } from 'vscode';
import type { Log } from '../core/log';
import { parallelPartsRange, partSizeRange } from '../core/transfer/plan';
import { settingsSection } from './settings';
import { wholeNumber, type Range } from './wholeNumber';

/** The settings that steer how a file is sent. Read at each use; what is wrong with one is said once. */
export class TransferSettings {
  readonly #said = new Set<string>();

  constructor(private readonly log: Log) {}

  readonly read = (): { readonly partSize: number; readonly parallelParts: number } => ({
    /** MiB */
    partSize: this.#read('partSize', partSizeRange),
    parallelParts: this.#read('parallelParts', parallelPartsRange),
  });

  #read(name: string, range: Range): number {
    const found = workspace.getConfiguration(settingsSection).get<unknown>(name);
    const { value, complaint } = wholeNumber(`${settingsSection}.${name}`, found, range, l10n);
    if (complaint !== undefined && !this.#said.has(complaint)) {
      this.#said.add(complaint);
      this.log.warn(complaint);
      void this.#say(complaint, `${settingsSection}.${name}`);
    }
    return value;
  }

  async #say(complaint: string, setting: string): Promise<void> {
    const open = l10n.t('Open Settings');
    if ((await window.showWarningMessage(complaint, open)) === open) {
      await commands.executeCommand('workbench.action.openSettings', setting);
    }
  }
}
