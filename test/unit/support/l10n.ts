import type { l10n } from 'vscode';

/** VS Code's `l10n.t` without a bundle: the English text with its placeholders filled in. */
export const english: Pick<typeof l10n, 't'> = {
  t: (
    message: unknown,
    ...args: (boolean | number | string | Record<string, unknown>)[]
  ): string => {
    if (typeof message !== 'string') {
      throw new TypeError('Only texts are supported, not objects.');
    }
    return message.replace(/\{(\d+)\}/g, (whole, index: string) => {
      const value = args[Number(index)];
      if (value === undefined || typeof value === 'object') {
        throw new Error(`No value for ${whole} in: ${message}`);
      }
      return String(value);
    });
  },
};
