// Finds the texts that people read in the code, and those that bypass l10n, which @vscode/l10n-dev does not report.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import ts from 'typescript';

/** What VS Code shows of the objects that it is given. */
const shownProperties = new Set(
  'title placeHolder placeholder prompt label description detail tooltip message'.split(' '),
);
/** Calls that show what they are given. */
const showing = /(^|\.)(show\w+Message|setStatusBarMessage)$/;

/**
 * @param {string} root folder of the project
 * @returns {Promise<{ texts: string[], odd: string[], bare: string[] }>} the texts in order; the places of calls that
 * cannot be collected because their text is not a plain literal; and the places, with the text, that show words
 * which no translation reaches
 */
export async function collect(root) {
  const texts = new Set();
  const odd = [];
  const bare = [];
  const folder = path.join(root, 'src');
  const names = await readdir(folder, { recursive: true });
  for (const name of names.filter((name) => name.endsWith('.ts')).sort()) {
    const source = ts.createSourceFile(
      name,
      await readFile(path.join(folder, name), 'utf8'),
      ts.ScriptTarget.Latest,
    );
    const place = (node) => {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      return `${name.replaceAll(path.sep, '/')}:${line + 1}`;
    };
    const visit = (node) => {
      if (ts.isCallExpression(node) && node.expression.getText(source) === 'l10n.t') {
        const [text] = node.arguments;
        if (text && ts.isStringLiteral(text)) texts.add(text.text);
        else odd.push(place(node));
      }
      // The core knows no words for people: its messages are for the log.
      for (const shown of name.startsWith('core') ? [] : shownBy(node, source)) {
        const words = literalWords(shown);
        if (/\p{L}{2}/u.test(words)) bare.push(`${place(shown)} ${words}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return { texts: [...texts].sort(), odd, bare };
}

/** The expressions that a person sees because of this node. */
function shownBy(node, source) {
  if (ts.isCallExpression(node) && showing.test(node.expression.getText(source))) {
    return node.arguments;
  }
  if (ts.isPropertyAssignment(node) && shownProperties.has(node.name.getText(source))) {
    return [node.initializer];
  }
  if (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isPropertyAccessExpression(node.left) &&
    shownProperties.has(node.left.name.text)
  ) {
    return [node.right];
  }
  return [];
}

/** The words that stand in a literal itself, or in the branches of a choice, without icons. */
function literalWords(node) {
  if (ts.isConditionalExpression(node)) {
    return `${literalWords(node.whenTrue)} ${literalWords(node.whenFalse)}`.trim();
  }
  if (ts.isTemplateExpression(node)) {
    const parts = [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];
    return withoutIcons(parts.join('…'));
  }
  return ts.isStringLiteralLike(node) ? withoutIcons(node.text) : '';
}

function withoutIcons(text) {
  return text.replace(/\$\([^)]*\)/g, '').trim();
}
