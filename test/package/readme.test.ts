import assert from 'node:assert/strict';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { vsix } from '../host/locations.mjs';
import { readVsix } from './vsix.mjs';

/**
 * Relative links without a target in the package: the first is the screenshot. `vsce` replaces them with repository URLs,
 * but the repository's URL in package.json is a placeholder, so `npm run package` leaves them unchanged.
 * When there is a real one, no broken link may remain: see Release in CONTRIBUTING.md.
 */
const knownBroken = ['media/screenshot.png', 'README.zh-CN.md'];

describe('The packaged README', () => {
  let contents = new Map<string, Buffer>();

  before(async () => {
    contents = await readVsix(vsix);
  });

  it('has no broken relative links except for the known ones', () => {
    const readme = 'extension/readme.md';
    const links = relativeLinksOf(contents.get(readme)?.toString('utf8') ?? '');
    const broken = links.filter((link) => {
      const file = path.posix.join(path.posix.dirname(readme), link.replace(/[?#].*$/, ''));
      return !contents.has(file);
    });
    assert.deepEqual([...new Set(broken)].sort(), [...knownBroken].sort());
  });
});

/** The targets of links, images, link definitions and HTML. */
function relativeLinksOf(markdown: string): readonly string[] {
  const targets = [
    /\]\(\s*<?([^)\s>]+)/g,
    /^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)/gm,
    /\b(?:href|src)=["']([^"']+)/g,
  ].flatMap((pattern) => [...markdown.matchAll(pattern)].map(([, target]) => target!));
  return targets.filter((target) => !/^([a-z][a-z\d+.-]*:|#|\/\/)/i.test(target));
}
