import { strict as assert } from 'node:assert';

import fc from 'fast-check';

import { ServerClock } from '../../../src/core/util/clock';
import { safeFileName } from '../../../src/core/transfer/download/safeFileName';
import type { Network } from '../../../src/core/alibaba/edas/credential';
import { hasCode } from '../../../src/core/errors/catalogue';
import { createHttpClient } from '../../../src/core/http/client';
import { parseRequestUrl } from '../../../src/core/http/requestUrl';
import { silentLog } from '../../../src/core/util/log';
import { OssClient, type OssTarget } from '../../../src/core/oss/client';
import { joinKey } from '../../../src/core/oss/objectKey';
import { singleLine } from '../../../src/core/util/displayText';
import { startServer } from '../core/http/server';
import { credential } from '../support/credential';

const prefix = 'release-pkg/117274586608';

/** Pieces with a special meaning in URLs, paths, Windows or shells, or for the text direction. */
const pieces = [
  ...['..', '.', '...', '/', '//', '\\', '\\\\', '/../', '\\..\\', '/./', '..;', '..%00'],
  ...[
    '%2e',
    '%2E%2e',
    '%2f',
    '%5c',
    '%252e',
    '%c0%af',
    '%',
    '%zz',
    '?',
    '#',
    '&',
    '=',
    ';',
    '@',
    ':',
    '+',
  ],
  ...['\n', '\r\n', '\t', '\0', '\u0085', '\u2028', '\u2029', '\ud800', '\udc00'],
  ...['\u200e', '\u200f', '\u061c', '\u202a', '\u202e', '\u2066', '\u2069', '\u200d', '\ufeff'],
  ...[
    '空',
    '格',
    'é',
    'e\u0301',
    'ｆ',
    '．．',
    '／',
    '\u2024\u2024',
    '\u{1f4e6}',
    '\u{1f469}\u200d\u{1f4bb}',
  ],
  ...[
    ' ',
    '  ',
    '~',
    "'",
    '"',
    '(',
    ')',
    '*',
    '!',
    '|',
    '<',
    '>',
    '$',
    '`',
    '{',
    '}',
    '[',
    ']',
    '^',
  ],
  ...['a', 'demo.jar', 'COM1', 'http://evil.test/', '//evil.test', 'release-pkg', prefix],
];

const names = fc.oneof(
  fc
    .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 3 })), {
      minLength: 1,
      maxLength: 14,
    })
    .map((chosen) => chosen.join('')),
  // Around the maximum length, in characters of one to four bytes.
  fc
    .tuple(fc.constantFrom('x', 'é', '空', '\u{1f4e6}'), fc.integer({ min: -5, max: 5 }))
    .map(([char, offset]) =>
      char.repeat(Math.round((1023 - prefix.length - 1) / Buffer.byteLength(char)) + offset),
    ),
);

/** @returns the key, or undefined when the name is rejected with a coded error */
function keyOf(name: string): string | undefined {
  try {
    return joinKey(prefix, name);
  } catch (error) {
    assert.ok(hasCode(error) && error.code.startsWith('key.'), String(error));
    // The name goes into messages, so what is shown of it must be harmless there.
    assert.doesNotMatch(error.message, /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
    return undefined;
  }
}

function target(origin?: string): OssTarget {
  const endpoints: Partial<Record<Network, string>> =
    origin === undefined ? {} : { public: origin };
  const issued = credential();
  return {
    credential: { ...issued, keyPrefix: prefix, endpoints: { ...issued.endpoints, ...endpoints } },
    network: 'public',
  };
}

describe('Object keys', () => {
  const http = createHttpClient();
  const oss = new OssClient(http, new ServerClock(), silentLog);

  after(() => http.dispose());

  it('and their URLs stay below the package prefix for any name', () => {
    let accepted = 0;
    fc.assert(
      fc.property(names, fc.constantFrom(undefined, 'http://127.0.0.1:8080'), (name, origin) => {
        const key = keyOf(name);
        if (key === undefined) {
          return;
        }
        accepted++;
        assert.ok(key.startsWith(`${prefix}/`) && key.length > prefix.length + 1);
        assert.ok(Buffer.byteLength(key) <= 1023);
        const at = target(origin);
        const path = origin === undefined ? `/${key}` : `/${at.credential.bucket}/${key}`;
        const urls = [oss.objectUrl(at, key), oss.signedUrl(at, { key, seconds: 60 })];
        for (const text of urls) {
          // As the HTTP layer parses it: the path is the key, and no part became host, query or fragment.
          const url = parseRequestUrl(text);
          assert.equal(decodeURIComponent(url.pathname), path);
          assert.equal(
            url.host,
            origin === undefined ? 'edas-hz.oss-cn-hangzhou.aliyuncs.com' : '127.0.0.1:8080',
          );
          assert.equal(url.username + url.password + url.hash, '');
        }
        assert.equal(parseRequestUrl(urls[0]!).search, '');
      }),
      { seed: 1023, numRuns: 20_000 },
    );
    assert.ok(accepted > 1_000, `only ${accepted} names were accepted`);
  });

  it('are sent unchanged in requests', async () => {
    const paths: string[] = [];
    const server = await startServer((request, response) => {
      paths.push(request.url ?? '');
      request.resume();
      response.writeHead(200, { etag: '"A"', 'x-oss-request-id': 'R' }).end();
    });
    const at = target(server.origin);
    const keys = fc
      .sample(names, { seed: 4, numRuns: 1_500 })
      .flatMap((name) => keyOf(name) ?? [])
      .slice(0, 150);
    try {
      for (const key of keys) {
        const body = Buffer.from('x');
        await oss.putObject(at, { key, body, forbidOverwrite: true });
        // Sliced bodies are sent by other code.
        const large = { length: 1, slices: () => [body] };
        await oss.putObject(at, { key, body: large, forbidOverwrite: true });
      }
    } finally {
      await server.close();
    }
    const expected = keys
      .flatMap((key) => [key, key])
      .map((key) => `/${at.credential.bucket}/${key}`);
    assert.deepEqual(paths.map(decodeURIComponent), expected);
    assert.ok(keys.length > 50);
    for (const path of paths) {
      assert.match(path, /^\/edas-hz\/release-pkg\/117274586608\/[\w.~%/-]+$/);
    }
  });

  it('contain and show no character that overrides the text direction', () => {
    for (const char of '\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069') {
      assert.throws(() => joinKey(prefix, `demo${char}raj.exe`), { code: 'key.controlCharacter' });
    }
    // Other tools may have uploaded such an object: the character is replaced in the UI and in file names.
    assert.equal(singleLine(`${prefix}/demo\u202eraj.exe`), `${prefix}/demo\ufffdraj.exe`);
    assert.equal(safeFileName(`${prefix}/demo\u202eraj.exe`), 'demo_raj.exe');
    // Marks and joiners are part of names and do not reorder letters.
    for (const name of [
      '\u200fשלום.jar',
      'مرحبا\u061c.jar',
      'می\u200cخواهم.jar',
      '\u{1f469}\u200d\u{1f4bb}.jar',
    ]) {
      assert.equal(joinKey(prefix, name), `${prefix}/${name}`);
    }
  });
});
