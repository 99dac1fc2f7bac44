import { l10n } from 'vscode';
import { parseEndpoint } from '../../core/alibaba/endpoint';
import { apiSettings } from './apiSetting';
import { networks } from './network';

/** A setting that cannot be used, and what is said about it: its name and place, what it must be, what is used. */
export interface SettingProblem {
  /** Name with its section. */
  readonly setting: string;
  readonly sentence: string;
}

const section = 'edasPackages';

/**
 * What is wrong among the settings that are no numbers.
 * @param read gives what stands there, by the name without its section
 */
export function settingProblems(read: (name: string) => unknown): SettingProblem[] {
  return [
    endpointFault(read('endpoint')),
    choiceFault('network', read('network'), networks),
    choiceFault('fetchOnShow', read('fetchOnShow'), [true, false]),
    choiceFault('autoRenew', read('autoRenew'), [false, true]),
    choiceFault('api', read('api'), apiSettings),
  ].filter((fault) => fault !== undefined);
}

function endpointFault(found: unknown): SettingProblem | undefined {
  const setting = `${section}.endpoint`;
  try {
    if (typeof found === 'string') {
      if (found.trim() !== '') {
        parseEndpoint(found);
      }
      return undefined;
    }
  } catch {
    // Its error quotes what stands there, which may hold a password.
  }
  return {
    setting,
    sentence: l10n.t(
      'The setting {0} in the user settings cannot be used: it must be a host name such as edas.example.com, without path, user name or query, and http is allowed for this computer only. The endpoint of the account’s region is used.',
      setting,
    ),
  };
}

function choiceFault(
  name: string,
  found: unknown,
  [defaultValue, ...others]: readonly unknown[],
): SettingProblem | undefined {
  const setting = `${section}.${name}`;
  const choices = [defaultValue, ...others];
  return choices.includes(found)
    ? undefined
    : {
        setting,
        sentence: l10n.t(
          'The setting {0} in the user settings is {1}, but must be one of {2}. {3} is used.',
          ...[setting, shown(found), choices.join(', '), String(defaultValue)],
        ),
      };
}

function shown(found: unknown): string {
  return found === undefined ? '' : JSON.stringify(found).slice(0, 60);
}
