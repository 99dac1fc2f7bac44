import { isPrintable } from '../../core/util/displayText';
import { safeWindow } from '../../common/vscode/safeWindow';

/** Prompts for an ID of EDAS. @param complaint shown while the text cannot be one */
export async function promptId(
  title: string,
  prompt: string,
  complaint: string,
): Promise<string | undefined> {
  const text = await safeWindow.showInputBox({
    title,
    prompt,
    ignoreFocusOut: true,
    validateInput: (typed) =>
      typed.trim() === '' || !isPrintable(typed.trim()) ? complaint : undefined,
  });
  return text?.trim();
}
