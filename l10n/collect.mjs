// `npm run l10n`: writes bundle.l10n.json, what translations start from, anew, puts each translation into the same
// order, drops what is no longer said, and names what has no translation yet.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { collect } from './texts.mjs';

const folder = import.meta.dirname;
const write = (file, words) =>
  writeFile(path.join(folder, file), `${JSON.stringify(words, null, 2)}\n`);

const { texts, odd } = await collect(path.join(folder, '..'));
if (odd.length) throw new Error(`Not a plain literal: ${odd.join(', ')}`);
await write('bundle.l10n.json', Object.fromEntries(texts.map((text) => [text, text])));

for (const file of await readdir(folder)) {
  if (!/^bundle\.l10n\..+\.json$/.test(file)) continue;
  const known = JSON.parse(await readFile(path.join(folder, file), 'utf8'));
  const translated = texts.filter((text) => known[text]);
  await write(file, Object.fromEntries(translated.map((text) => [text, known[text]])));
  for (const text of texts.filter((text) => !known[text])) {
    console.log(`${file} lacks: ${text}`);
  }
}
