import { commands, l10n } from 'vscode';
import type { Log } from '../../core/util/log';
import { settingProblems, type SettingProblem } from './settingProblems';
import { readSetting } from './settings';
import { safeWindow } from '../vscode/safeWindow';

/** Says what is wrong with a setting, each thing once in a window's life. */
export class SettingsValidator {
  readonly #said = new Set<string>();

  constructor(private readonly log: Log) {}

  /** Looks at the settings that are no numbers. Called when they are used, and when they have changed. */
  readonly validate = (): void => {
    for (const fault of settingProblems(readSetting)) {
      this.warn(fault);
    }
  };

  warn({ setting, sentence }: SettingProblem): void {
    if (this.#said.has(sentence)) {
      return;
    }
    this.#said.add(sentence);
    this.log.warn(sentence);
    void this.#show(setting, sentence);
  }

  async #show(setting: string, sentence: string): Promise<void> {
    const open = l10n.t('Open Settings');
    if ((await safeWindow.showWarningMessage(sentence, open)) === open) {
      await commands.executeCommand('workbench.action.openSettings', setting);
    }
  }
}
