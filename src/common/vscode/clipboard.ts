import { env, l10n } from 'vscode';
import { CodedError } from '../../core/errors/catalogue';
import { isPrintable, singleLine } from '../../core/util/displayText';
import { safeWindow } from './safeWindow';

/** How many characters of a copied text the status bar shows. */
const maxShown = 100;

/**
 * Copies texts that are not secret, one a line, and says so in the status bar for a moment.
 *
 * @throws CodedError `copy.unprintable` one has a line break, a control character or one that changes directions: the
 *   text may come from someone else, and pasted into a shell it could run commands (as with CVE-2020-5260)
 */
export async function copyText(text: string | readonly string[]): Promise<void> {
  const lines = typeof text === 'string' ? [text] : text;
  const bad = lines.find((line) => !isPrintable(line));
  if (bad !== undefined) {
    throw new CodedError('copy.unprintable', { subject: singleLine(bad) });
  }
  await env.clipboard.writeText(lines.join('\n'));
  const [first = ''] = lines;
  const shown = Array.from(first);
  safeWindow.showStatus(
    lines.length === 1
      ? l10n.t(
          'Copied: {0}',
          shown.length > maxShown ? `${shown.slice(0, maxShown).join('')}…` : first,
        )
      : l10n.t('Copied {0} lines', lines.length),
  );
}

/** Copies a text without showing it. The caller says what was copied, and clears the clipboard if that is promised. */
export async function copySecret(text: string): Promise<void> {
  await env.clipboard.writeText(text);
}

export async function readClipboard(): Promise<string> {
  return env.clipboard.readText();
}
