// Writes bundle.l10n.json, what translations start from, anew:   node l10n/collect.mjs
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { collect } from './texts.mjs';

const { texts, odd } = await collect(path.join(import.meta.dirname, '..'));
if (odd.length) throw new Error(`Not a plain literal: ${odd.join(', ')}`);
const bundle = Object.fromEntries(texts.map((text) => [text, text]));
await writeFile(
  path.join(import.meta.dirname, 'bundle.l10n.json'),
  `${JSON.stringify(bundle, null, 2)}\n`,
);
