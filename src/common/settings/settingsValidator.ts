import { commands, l10n } from 'vscode';
import type { Log } from '../../core/util/log';
import { settingProblems, type SettingProblem } from './settingProblems';
import { readSetting } from './settings';
import { safeWindow } from '../vscode/safeWindow';

/** Warns of invalid settings, of each problem once in a window. */
export class SettingsValidator {
  readonly #warned = new Set<string>();

  constructor(private readonly log: Log) {}

  /** Checks the settings that are no numbers. Called when they are used and when they have changed. */
  readonly validate = (): void => {
    for (const problem of settingProblems(readSetting)) {
      this.warn(problem);
    }
  };

  warn({ setting, sentence }: SettingProblem): void {
    if (this.#warned.has(sentence)) {
      return;
    }
    this.#warned.add(sentence);
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
