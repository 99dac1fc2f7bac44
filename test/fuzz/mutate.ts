import { flooded } from './flood';
import { marked } from './marked';
import type { Message, Seed } from './message';
import type { Random } from './random';

type Mutation = (body: Buffer, random: Random, seeds: readonly Pick<Message, 'body'>[]) => Buffer;

/** Texts that are difficult for parsers. */
const tokens: readonly string[] = [
  '<!DOCTYPE a [<!ENTITY x "y">]>',
  '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
  '<!ENTITY % p SYSTEM "http://127.0.0.1/x">%p;',
  '&x;',
  '&amp;',
  '&#0;',
  '&#x10FFFF;',
  '<![CDATA[',
  ']]>',
  '<?xml version="1.0" encoding="UTF-16"?>',
  '<?php x?>',
  '<!--',
  '-->',
  '<Error>',
  '</Error>',
  '<Part>',
  '<a b="c" b="d"/>',
  'xmlns:a="b"',
  '"__proto__":{"polluted":1},',
  '<__proto__>1</__proto__>',
  '"constructor":{"prototype":{"polluted":1}},',
  '{"Code":200',
  'null',
  'true',
  '[]',
  '{}',
  '[[[[[[[[[[[[[[[[[[[[',
  '-1',
  '1e309',
  '18446744073709551616',
  '9007199254740993',
  '0x10',
  'NaN',
  '%',
  '%ff',
  '%2e%2e%2f',
  '../..',
  '//',
  '\\u0000',
  '\\ud800',
  '\u0000',
  '\r\n\r\n',
  '\ufeff',
  '\u202e',
  '\u2028',
  '空',
  'true</IsTruncated><NextPartNumberMarker>7</NextPartNumberMarker><IsTruncated>',
  'a'.repeat(3000),
  marked.callerSecret,
  marked.callerToken,
  encodeURIComponent(marked.callerToken),
  `SecurityToken=${marked.issuedToken}`,
  `string to sign is: ${marked.callerToken}`,
];

/** Replacements for values in JSON. */
const jsonValues: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  200,
  '200',
  1e300,
  '',
  ' ',
  '..',
  'https://user:pass@evil.test/',
  'oss-cn-hangzhou.aliyuncs.com:8443',
  'http://oss-cn-hangzhou.aliyuncs.com',
  '2024-03-01T01:00:00Z',
  '2024-02-30T01:00:00Z',
  'a\r\nb',
  '\ud800',
  'x'.repeat(5000),
  [],
  {},
  [[]],
  { toString: 1 },
  marked.callerToken,
  `Bearer ${marked.callerSecret}`,
];

/** Inserts, deletes, repeats or replaces bytes anywhere. */
const onBytes: readonly Mutation[] = [
  (body, random) => at(body, random, 1, () => Buffer.from([random.below(256)])),
  (body, random) => at(body, random, random.below(4), () => randomBytes(random, random.below(9))),
  (body, random) => at(body, random, random.below(60), () => Buffer.alloc(0)),
  (body, random) => at(body, random, random.below(60), (cut) => Buffer.concat([cut, cut, cut])),
  (body, random) => at(body, random, random.below(3), () => Buffer.from(random.of(tokens))),
  (body, random) => body.subarray(0, random.below(body.length + 1)),
  (body, random) => Buffer.concat([body, Buffer.from(random.of(tokens))]),
  (body, random, seeds) => {
    const other = random.of(seeds).body;
    return Buffer.concat([
      body.subarray(0, random.below(body.length + 1)),
      other.subarray(random.below(other.length + 1)),
    ]);
  },
  (_body, random, seeds) => random.of(seeds).body,
];

/** Replaces the text of an element, an element or a JSON member: the document stays well-formed. */
const onMeaning: readonly Mutation[] = [
  (body, random) => replaceOne(body, />[^<>]{1,200}</g, random, () => `>${random.of(tokens)}<`),
  (body, random) => replaceOne(body, />[^<>]{1,200}</g, random, () => '><'),
  (body, random) => replaceOne(body, /<\w+>[^<>]*<\/\w+>/g, random, (element) => element + element),
  (body, random) => replaceOne(body, /<\w+>[^<>]*<\/\w+>/g, random, () => ''),
  (body, random) =>
    replaceOne(body, /true|false/g, random, (word) => (word === 'true' ? 'false' : 'true')),
  (body, random) =>
    replaceOne(body, /\d+/g, random, () =>
      random.of(['0', '-1', '99999999999999999999', '1.5', '']),
    ),
  mutateJson,
  mutateJson,
  mutateJson,
];

/** One case in `floodEvery` has the maximum size: these take a hundred times longer than the others. */
export const floodEvery = 50;

/** Makes one to three changes to the body, headers or status of a recorded response. */
export function mutate(seed: Seed, random: Random, seeds: readonly Seed[]): Message {
  let { status, headers, body }: Message = seed;
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
    const kind = random.below(10);
    if (kind < 8) {
      body = mutateText(body, random, seeds);
    } else if (kind === 8) {
      headers = mutateHeaders(headers, random, seeds);
    } else {
      status = random.of([
        200, 201, 204, 206, 400, 401, 403, 404, 409, 418, 429, 500, 502, 503, 599,
      ]);
    }
  }
  return { status, headers, body: random.below(floodEvery) === 0 ? flooded(body, random) : body };
}

/** Makes one change to the bytes or to the meaning of a text. */
export function mutateText(
  text: Buffer,
  random: Random,
  others: readonly Pick<Message, 'body'>[],
): Buffer {
  return random.of(random.of([onBytes, onMeaning]))(text, random, others);
}

function at(body: Buffer, random: Random, length: number, make: (cut: Buffer) => Buffer): Buffer {
  const start = random.below(body.length + 1);
  const cut = body.subarray(start, start + length);
  return Buffer.concat([body.subarray(0, start), make(cut), body.subarray(start + length)]);
}

function randomBytes(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.below(256)));
}

function replaceOne(
  body: Buffer,
  pattern: RegExp,
  random: Random,
  make: (found: string) => string,
): Buffer {
  const text = body.toString();
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) {
    return body;
  }
  const match = random.of(found);
  const [old] = match;
  return Buffer.from(text.slice(0, match.index) + make(old) + text.slice(match.index + old.length));
}

function mutateJson(body: Buffer, random: Random): Buffer {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    return body;
  }
  return Buffer.from(JSON.stringify(changed(value, random)));
}

/** A copy with one member replaced, renamed or removed, at any depth. */
function changed(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.below(8) === 0) {
    return random.of(jsonValues);
  }
  const members = Object.entries(value);
  const chosen = random.below(members.length + 1);
  return Object.fromEntries(
    members.flatMap(([name, member], index): [string, unknown][] => {
      if (index !== chosen) {
        return [[name, member]];
      }
      switch (random.below(6)) {
        case 0:
          return [];
        case 1:
          return [[random.of(['code', 'message', '', 'toString', 'Credential']), member]];
        default:
          return [[name, changed(member, random)]];
      }
    }),
  );
}

function mutateHeaders(
  headers: Message['headers'],
  random: Random,
  seeds: readonly Seed[],
): Message['headers'] {
  if (headers.length === 0) {
    return headers;
  }
  const [name, value] = random.of(headers);
  const others = headers.filter(([other]) => other !== name);
  switch (random.below(4)) {
    case 0:
      return others;
    case 1:
      return [...headers, random.of(random.of(seeds).headers)];
    case 2:
      return [...others, [name, value.slice(0, random.below(value.length + 1))]];
    default:
      return [...others, [name, headerText(random.of(tokens))]];
  }
}

/** The only characters that Node's HTTP parser accepts. */
function headerText(text: string): string {
  return text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '').trim();
}
