import { env, l10n } from 'vscode';
import { CodedError } from '../../core/errors/catalogue';
import { isPrintable, singleLine } from '../../core/util/displayText';
import { safeWindow } from './safeWindow';

/** Longest text that is shown after it was copied, characters: the status bar is short. */
const maxShown = 100;

/**
 * Puts a text that is not secret on the clipboard, and says so for a moment.
 *
 * @throws CodedError `copy.unprintable`
 */
export function copyText(text: string): Promise<void> {
  return copyLines([text]);
}

/**
 * The same with several texts, one a line.
 *
 * @throws CodedError `copy.unprintable` one has a line break, a control character or one that changes directions: the
 *   text may be a stranger's, and pasted into a shell it would run there (as with CVE-2020-5260), or read as another one
 */
export async function copyLines(lines: readonly string[]): Promise<void> {
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
    3000,
  );
}

/** Puts a text on the clipboard and shows nothing of it. Who calls says what was copied, and clears it when that is due. */
export async function copySecret(text: string): Promise<void> {
  await env.clipboard.writeText(text);
}

export async function readClipboard(): Promise<string> {
  return env.clipboard.readText();
}

export async function clearClipboard(): Promise<void> {
  await env.clipboard.writeText('');
}
