import { l10n } from 'vscode';

export interface Range {
  readonly least: number;
  readonly most: number;
  /** Used instead of what is out of range. */
  readonly defaultValue: number;
}

/** A setting that is a whole number, and what is to be said when what stands there is none in its range. */
export interface WholeNumber {
  readonly value: number;
  readonly problem?: string;
}

/** @param name of the setting, with its section */
export function wholeNumber(
  name: string,
  found: unknown,
  { least, most, defaultValue: normal }: Range,
): WholeNumber {
  if (typeof found === 'number' && Number.isInteger(found) && found >= least && found <= most) {
    return { value: found };
  }
  return {
    value: normal,
    problem: l10n.t(
      'The setting {0} in the user settings is {1}, but must be a whole number from {2} to {3}. {4} is used.',
      ...[name, found === undefined ? 'undefined' : JSON.stringify(found), least, most, normal],
    ),
  };
}
