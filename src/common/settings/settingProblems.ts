import { l10n } from 'vscode';
import { parseEndpoint } from '../../core/alibaba/endpoint';
import { choices, settingsSection } from './settings';

/** An invalid setting. The sentence names it, what it must be, and what is used instead. */
export interface SettingProblem {
  /** Name with its section. */
  readonly setting: string;
  readonly sentence: string;
}

/**
 * The problems of the settings that are no numbers.
 * @param read returns the value of a setting by its name without the section
 */
export function settingProblems(read: (name: string) => unknown): SettingProblem[] {
  return [
    endpointProblem(read('endpoint')),
    ...Object.entries(choices).map(([name, values]) => choiceProblem(name, read(name), values)),
  ].filter((problem) => problem !== undefined);
}

function endpointProblem(found: unknown): SettingProblem | undefined {
  const setting = `${settingsSection}.endpoint`;
  try {
    if (typeof found === 'string') {
      if (found.trim() !== '') {
        parseEndpoint(found);
      }
      return undefined;
    }
  } catch {
    // The error quotes the setting, which may contain a password.
  }
  return {
    setting,
    sentence: l10n.t(
      'The setting {0} in the user settings cannot be used: it must be a host name such as edas.example.com, without path, user name or query, and http is allowed for this computer only. The endpoint of the account’s region is used.',
      setting,
    ),
  };
}

/** @param values the default first */
function choiceProblem(
  name: string,
  found: unknown,
  values: readonly unknown[],
): SettingProblem | undefined {
  const setting = `${settingsSection}.${name}`;
  return values.includes(found)
    ? undefined
    : {
        setting,
        sentence: l10n.t(
          'The setting {0} in the user settings is {1}, but must be one of {2}. {3} is used.',
          ...[setting, shownValue(found), values.join(', '), String(values[0])],
        ),
      };
}

/** The invalid value of a setting, as the sentence about it shows it. */
export function shownValue(found: unknown): string {
  return found === undefined ? 'undefined' : JSON.stringify(found).slice(0, 60);
}
