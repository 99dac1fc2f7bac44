import { env, l10n } from 'vscode';
import { safeWindow } from './safeWindow';

/** Puts a text that is not secret on the clipboard, and says so for a moment. */
export async function copyText(text: string): Promise<void> {
  await env.clipboard.writeText(text);
  safeWindow.showStatus(l10n.t('Copied: {0}', text), 3000);
}
