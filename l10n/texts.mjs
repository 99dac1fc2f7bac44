// Finds the texts that people read in the code.
// @vscode/l10n-dev finds only calls of an `l10n` that the file itself imports from vscode; ours is often a parameter.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import ts from 'typescript';

/**
 * @param {string} root folder of the project
 * @returns {Promise<{ texts: string[], odd: string[] }>} the texts in order, and the places of calls that cannot be
 * collected because their text is not a plain literal
 */
export async function collect(root) {
  const texts = new Set();
  const odd = [];
  const folder = path.join(root, 'src');
  const names = await readdir(folder, { recursive: true });
  for (const name of names.filter((name) => name.endsWith('.ts')).sort()) {
    const source = ts.createSourceFile(
      name,
      await readFile(path.join(folder, name), 'utf8'),
      ts.ScriptTarget.Latest,
    );
    const visit = (node) => {
      if (ts.isCallExpression(node) && node.expression.getText(source) === 'l10n.t') {
        const [text] = node.arguments;
        if (text && ts.isStringLiteral(text)) {
          texts.add(text.text);
        } else {
          const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
          odd.push(`${name}:${line + 1}`);
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return { texts: [...texts].sort(), odd };
}
