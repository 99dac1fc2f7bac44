import { singleLine } from '../../core/util/displayText';

/** U+2060, word joiner: invisible, and breaks up what VS Code would read as syntax. */
const wordJoiner = '\u2060';

/**
 * A text as VS Code must show it: on one line, without links and icons, whatever names and server texts it contains.
 *
 * VS Code makes links of `[text](command:…)`, `https:` and `file:` in messages, progress and the prompts of input boxes,
 * and a click on one runs the command (vs/base/common/linkedText.ts). It makes icons of `$(name)` in messages, quick
 * picks, the status bar and trees (vs/base/browser/ui/iconLabel/iconLabels.ts). None of our texts uses either.
 */
export function plainText(text: string): string {
  return plainLines(text.replace(/\r?\n/g, ' '));
}

/** The same for a text with lines of its own, such as a hover. */
export function plainLines(text: string): string {
  const lines = text.split('\n').map(singleLine).join('\n');
  return lines.replace(/\](?=\()|\$(?=\()/g, (syntax) => syntax + wordJoiner);
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * A text inside Markdown that shows just its characters, on one line. Where VS Code makes plain text of Markdown it reads
 * these entities and no others, and takes an unescaped `<` for HTML (vs/base/browser/markdownRenderer.ts,
 * renderAsPlaintext).
 */
export function plainMarkdown(text: string): string {
  return plainText(text).replace(
    /[\\`*_{}[\]()#+\-.!|<>~&$:/@]/g,
    (mark) => entities[mark] ?? `\\${mark}`,
  );
}
