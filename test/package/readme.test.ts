import assert from 'node:assert/strict';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { vsix } from '../host/locations.mjs';
import { readVsix } from './vsix.mjs';

/**
 * Relative links that lead to nothing in the package: the first is the picture. `vsce` makes addresses in the repository
 * of them, but the repository's address in package.json is a placeholder, so `npm run package` leaves them as they are.
 * When there is a real one, none may be left: see Release in CONTRIBUTING.md.
 */
const knownDead = ['media/screenshot.png', 'README.zh-CN.md'];

describe('The packaged README', () => {
  let contents = new Map<string, Buffer>();

  before(async () => {
    contents = await readVsix(vsix);
  });

  it('has no relative link that leads to nothing, but for the known ones', () => {
    const readme = 'extension/readme.md';
    const links = relativeLinksOf(contents.get(readme)?.toString('utf8') ?? '');
    const dead = links.filter((link) => {
      const file = path.posix.join(path.posix.dirname(readme), link.replace(/[?#].*$/, ''));
      return !contents.has(file);
    });
    assert.deepEqual([...new Set(dead)].sort(), [...knownDead].sort());
  });
});

/** Of links, pictures, definitions of links, and HTML. */
function relativeLinksOf(markdown: string): readonly string[] {
  const targets = [
    /\]\(\s*<?([^)\s>]+)/g,
    /^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)/gm,
    /\b(?:href|src)=["']([^"']+)/g,
  ].flatMap((pattern) => [...markdown.matchAll(pattern)].map(([, target]) => target!));
  return targets.filter((target) => !/^([a-z][a-z\d+.-]*:|#|\/\/)/i.test(target));
}
