// The licences that we ship under want their text in every copy: this collects them from the bundled packages.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

const licenceFile =
  /^(un)?(licen[cs]es?|copying|copyright|notices?|third-?party-?(notices?|licen[cs]es?))([-.]\w+)*$/i;
const notText = /\.(c|m)?(js|ts|json|html)$/i;

/**
 * @param {import('esbuild').Metafile} metafile of what ships
 * @returns {Promise<string>}
 * @throws when a bundled package has no licence text: then nothing may ship
 */
export async function thirdPartyNotices(metafile) {
  const packages = await Promise.all(packageFolders(metafile).map(describe));
  const byName = packages.sort((a, b) => (a.title < b.title ? -1 : 1));
  const begin = 'This extension contains code of the packages below. Their licences follow.';
  const line = '-'.repeat(80);
  return [begin, ...byName.map(({ title, text }) => `${line}\n${title}\n\n${text}`), ''].join(
    '\n\n',
  );
}

/** Only files that left code in a bundle count. */
function packageFolders(metafile) {
  const files = Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const folders = files.map(([file]) => /^.*\bnode_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))];
}

async function describe(folder) {
  const { name, version, license } = JSON.parse(
    await readFile(path.join(folder, 'package.json'), 'utf8'),
  );
  const text = (await licencesIn(folder)) || (await licenceInReadme(folder));
  if (!text) throw new Error(`${name} is bundled, but its licence was not found in ${folder}.`);
  return { title: `${name} ${version} (${license})`, text };
}

async function licencesIn(folder) {
  const names = await namesOfFiles(folder, (name) => licenceFile.test(name) && !notText.test(name));
  const texts = await Promise.all(names.map((name) => readText(path.join(folder, name))));
  return texts.filter(Boolean).join('\n\n');
}

/** Some packages write it there only. */
async function licenceInReadme(folder) {
  for (const name of await namesOfFiles(folder, (name) => /^readme\b/i.test(name))) {
    const [, text = ''] =
      /^(?:#+ .*\blicen[cs]e\b.*|licen[cs]e\b.*\n[=-]{3,} *)\n((?:(?!#+ |.+\n[=-]{3,} *$).*\n?)*)/im.exec(
        await readText(path.join(folder, name)),
      ) ?? [];
    if (/copyright/i.test(text) && /permi|redistribut/i.test(text)) return withoutMarkup(text);
  }
  return '';
}

function withoutMarkup(markdown) {
  const characters = { lt: '<', gt: '>', quot: '"', amp: '&' };
  return markdown
    .replace(/^\[[^\]]+\]: .*$/gm, '')
    .replace(/&(lt|gt|quot|amp);/g, (_, name) => characters[name])
    .trim();
}

async function namesOfFiles(folder, isWanted) {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && isWanted(entry.name))
    .map(({ name }) => name)
    .sort();
}

async function readText(file) {
  return (await readFile(file, 'utf8'))
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
    .trim();
}
