import { checkCase, runCases, type CampaignOptions, type CampaignResult } from './cases';
import { FixedResponses } from './fixedResponses';
import { readSeeds } from './message';
import { operationOf } from './operations';
import type { Random } from './random';

/** Texts that may need more than linear time or memory in a parser when they are repeated. */
const pieces: readonly string[] = [
  '\r',
  '\r\n',
  '\t',
  ' ',
  '\n',
  'a',
  '0',
  '9',
  '.',
  '"',
  "'",
  '\\',
  '\\u0000',
  '&',
  '&lt;',
  '&#13;',
  '&#x1F4E6;',
  '\u{1F4E6}',
  '空',
  '\u202e',
  '<',
  '>',
  '</',
  '<a>',
  '<a/>',
  '<a b="">',
  ' b=""',
  '=',
  '<!-- - -->',
  '<!--',
  '-',
  '<![CDATA[x]]>',
  ']]>',
  ']',
  '<?x y?>',
  '?',
  '[',
  '{"a":',
  '[],',
  '"a":1,',
  '${',
  '%',
  '%25',
  '/',
  '. ',
  'Signature=',
  'string to sign ',
  'CAI',
  'LTAI5t',
  '1e',
  '[default]\n',
  'a=b\n',
  ';',
];

/** Where repetitions are most harmful: in the values and tags of a document, or at its beginning. */
const positions = /(?<=[>":= ])(?=[^<>":= ])|(?<=<\w{1,40})(?=>)|^/g;

/** Maximum size of a response that is read completely, bytes. */
const maxBytes = 1024 * 1024;

/** A text in which one piece is repeated at one position, up to a length that is still read. */
export function flooded(body: Buffer, random: Random): Buffer {
  return flood(body, random.of(pieces), random.of([10_000, 100_000, maxBytes]), random);
}

function flood(body: Buffer, piece: string, bytes: number, random: Random): Buffer {
  const text = body.toString();
  const found = [...text.matchAll(positions)].map(({ index }) => index);
  const at = random.of(found.length > 0 ? found : [0]);
  const length = Math.max(0, bytes - body.length);
  const inside = piece.repeat(Math.floor(length / Buffer.byteLength(piece)));
  return Buffer.from(text.slice(0, at) + inside + text.slice(at));
}

/**
 * Sends each recorded response filled up to the size limit with each of the pieces, so that every run covers all.
 * Case n is the same pair of response and piece in every run; the seed determines the position.
 */
export async function floodCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const seeds = await readSeeds();
  const from = options.from ?? 0;
  const cases = Math.min(options.cases, seeds.length * pieces.length - from);
  let number = from;
  return runCases({ ...options, cases }, (random, what) => {
    const seed = seeds[number % seeds.length]!;
    const piece = pieces[Math.floor(number / seeds.length)]!;
    number += 1;
    const message = { ...seed, body: flood(seed.body, piece, maxBytes, random) };
    return checkCase(
      `${what}, ${seed.name} with ${JSON.stringify(piece)}`,
      (log) => operationOf(seed)({ http: new FixedResponses([message]), log }),
      'one piece, repeated',
    );
  });
}
