import type { Log } from '../../core/util/log';
import { settingProblems, type SettingProblem } from './settingProblems';
import { readSetting } from './settings';
import { buttonOf, type Reporter } from '../vscode/reporter';

/** Warns of invalid settings, of each problem once in a window. */
export class SettingsValidator {
  readonly #warned = new Set<string>();

  constructor(
    private readonly log: Log,
    private readonly reporter: Reporter,
  ) {}

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
    void this.reporter.showMessage('warning', sentence, [buttonOf(`setting:${setting}`)]);
  }
}
