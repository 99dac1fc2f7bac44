import assert from 'node:assert/strict';
import signUtils from 'ali-oss/lib/common/signUtils';
import { CodedError, type ErrorCode } from '../../../../src/core/errors/catalogue';
import { failure } from '../../support/coded';
import { credential, now } from '../../support/credential';
import { host, key, ossError, setUp, target } from './ossFixture';

const stored = { headers: { etag: '"5B3C1A2E053D763E1B002CC607C5A0FE"' } };

describe('OSS objects', () => {
  describe('putObject', () => {
    it('sends the requested headers, and returns the ETag, CRC-64 and version ID', async () => {
      const headers = {
        ...stored.headers,
        'x-oss-hash-crc64ecma': '11051210869376104954',
        'x-oss-version-id': 'CAEQ',
      };
      const { http, oss } = setUp(() => ({ headers }));
      const body = Buffer.from('123456789');
      const { signal } = new AbortController();
      const result = await oss.putObject(
        target,
        {
          key,
          body,
          contentType: 'application/java-archive',
          forbidOverwrite: true,
        },
        signal,
      );
      assert.deepEqual(result, {
        etag: '5B3C1A2E053D763E1B002CC607C5A0FE',
        crc64: 11051210869376104954n,
        requestId: '5C3D9175B6FC201293AD0001',
        versionId: 'CAEQ',
      });
      assert.equal(`${http.last.method} ${http.last.url}`, `PUT https://${host}/${key}`);
      assert.equal(http.last.body, body);
      assert.equal(http.last.signal, signal);
      assert.equal(http.last.headers['content-type'], 'application/java-archive');
      assert.equal(http.last.headers['x-oss-forbid-overwrite'], 'true');
    });

    it('sends no header that was not requested', async () => {
      const { http, oss } = setUp(() => stored);
      const result = await oss.putObject(target, {
        key,
        body: Buffer.alloc(0),
        forbidOverwrite: false,
      });
      assert.deepEqual(Object.keys(http.last.headers).sort(), [
        'authorization',
        'x-oss-content-sha256',
        'x-oss-date',
        'x-oss-security-token',
      ]);
      assert.equal(result.crc64, undefined);
    });

    for (const [description, headers] of [
      ['no ETag', {}],
      ['an empty ETag', { etag: '""' }],
      ['a negative CRC-64', { ...stored.headers, 'x-oss-hash-crc64ecma': '-1' }],
      [
        'a CRC-64 of 65 bits',
        { ...stored.headers, 'x-oss-hash-crc64ecma': '18446744073709551616' },
      ],
    ] as readonly [string, Record<string, string>][]) {
      it(`rejects a response with ${description}`, () =>
        failure(
          () =>
            setUp(() => ({ headers })).oss.putObject(target, {
              key,
              body: Buffer.alloc(0),
              forbidOverwrite: true,
            }),
          'response.notUnderstood',
        ));
    }
  });

  describe('object addresses', () => {
    for (const [name, path] of [
      ['a b+c%2F.jar', 'a%20b%2Bc%252F.jar'],
      ["(1)!'*~_-.jar", '%281%29%21%27%2A~_-.jar'],
      ['空/格.jar', '%E7%A9%BA/%E6%A0%BC.jar'],
      ['\u{1F4E6}.war', '%F0%9F%93%A6.war'],
      ['a\\b?c#d&e=f.jar', 'a%5Cb%3Fc%23d%26e%3Df.jar'],
      ['a//b/', 'a//b/'],
    ] as const) {
      it(`encode the key ${name} as ${path}`, async () => {
        const { http, oss } = setUp(() => stored);
        await oss.putObject(target, { key: name, body: Buffer.alloc(0), forbidOverwrite: true });
        assert.equal(http.last.url, `https://${host}/${path}`);
        assert.equal(oss.objectUrl(target, name), http.last.url);
        assert.equal(new URL(http.last.url).href, http.last.url);
      });
    }

    for (const [endpoint, url] of [
      ['http://127.0.0.2:18401', `http://127.0.0.2:18401/edas-hz/${key}`],
      ['http://localhost:18401', `http://localhost:18401/edas-hz/${key}`],
      ['https://[::1]:18401', `https://[::1]:18401/edas-hz/${key}`],
      ['https://10.0.0.7', `https://10.0.0.7/edas-hz/${key}`],
      ['https://oss.example.com', `https://edas-hz.oss.example.com/${key}`],
    ] as const) {
      it(`begin with ${url.slice(0, -key.length)} at the endpoint ${endpoint}`, async () => {
        const { http, oss } = setUp(() => stored);
        const endpoints = { ...target.credential.endpoints, vpc: endpoint };
        const vpcTarget = { credential: credential({ endpoints }), network: 'vpc' } as const;
        await oss.putObject(vpcTarget, { key, body: Buffer.alloc(0), forbidOverwrite: true });
        assert.equal(http.last.url, url);
      });
    }

    for (const dotted of ['..', '.', 'a/../b', './a', 'a/..']) {
      it(`send the key ${dotted} in requests, but return no URL, which parsers would change`, async () => {
        const { http, oss } = setUp(() => stored);
        await oss.deleteObject(target, dotted);
        assert.equal(http.last.url, `https://${host}/${dotted}`);
        await failure(() => Promise.resolve(oss.objectUrl(target, dotted)), 'key.noUrl');
        await failure(
          () => Promise.resolve(oss.signedUrl(target, { key: dotted, seconds: 60 })),
          'key.noUrl',
        );
      });
    }
  });

  describe('headObject', () => {
    const headers = {
      ...stored.headers,
      'content-length': '13631488',
      'last-modified': 'Fri, 01 Mar 2024 00:00:00 GMT',
      'x-oss-hash-crc64ecma': '0',
    };

    it('returns the size, ETag, CRC-64 and modification time', async () => {
      const { http, oss } = setUp(() => ({ headers }));
      assert.deepEqual(await oss.headObject(target, key), {
        size: 13631488,
        etag: '5B3C1A2E053D763E1B002CC607C5A0FE',
        crc64: 0n,
        lastModified: now,
        requestId: '5C3D9175B6FC201293AD0001',
      });
      assert.equal(http.last.method, 'HEAD');
    });

    for (const name of ['content-length', 'etag', 'last-modified'] as const) {
      it(`rejects a response with an empty ${name}`, () =>
        failure(
          () => setUp(() => ({ headers: { ...headers, [name]: '' } })).oss.headObject(target, key),
          'response.notUnderstood',
        ));
    }

    const errorHeader = (code: string) => Buffer.from(ossError(code)).toString('base64');

    it('returns undefined when the key does not exist', async () => {
      for (const errorHeaders of [{ 'x-oss-err': errorHeader('NoSuchKey') }, {}] as Record<
        string,
        string
      >[]) {
        const { oss } = setUp(() => ({ status: 404, headers: errorHeaders }));
        assert.equal(await oss.headObject(target, key), undefined);
      }
    });

    it('fails after a 404 that is not about the key', async () => {
      const bucket = setUp(() => ({
        status: 404,
        headers: { 'x-oss-err': errorHeader('NoSuchBucket') },
      }));
      await failure(() => bucket.oss.headObject(target, key), 'oss.noSuchBucket');
      const proxy = setUp(() => ({ status: 404, headers: { 'x-oss-request-id': undefined! } }));
      await failure(() => proxy.oss.headObject(target, key), 'response.notUnderstood');
    });

    it('reads the error code from the header x-oss-err', async () => {
      const { oss } = setUp(() => ({
        status: 403,
        headers: { 'x-oss-err': errorHeader('SecurityTokenExpired') },
      }));
      await failure(() => oss.headObject(target, key), 'oss.tokenExpired', { requestId: 'R-1' });
    });
  });

  describe('getObject', () => {
    const bytes = 'the bytes of a package';
    const headers = {
      ...stored.headers,
      'content-length': String(bytes.length),
      'last-modified': 'Fri, 01 Mar 2024 00:00:00 GMT',
    };

    async function read(body: AsyncIterable<Uint8Array>): Promise<string> {
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) {
        chunks.push(chunk);
      }
      return Buffer.concat(chunks).toString();
    }

    it('streams the object', async () => {
      const { http, oss } = setUp(() => ({ headers, body: bytes }));
      const object = await oss.getObject(target, { key });
      assert.equal(object.size, bytes.length);
      assert.equal(await read(object.body), bytes);
      assert.equal(http.last.headers.range, undefined);
    });

    it('requests the rest of the object, if its ETag still matches', async () => {
      const { http, oss } = setUp(() => ({
        status: 206,
        headers: { ...headers, 'content-length': '12', 'content-range': 'bytes 10-21/22' },
        body: bytes.slice(10),
      }));
      const object = await oss.getObject(target, { key, from: 10, etag: 'ABC' });
      assert.equal(object.size, 22);
      assert.equal(await read(object.body), bytes.slice(10));
      assert.equal(http.last.headers.range, 'bytes=10-');
      assert.equal(http.last.headers['if-match'], '"ABC"');
    });

    for (const [description, response] of [
      ['a response with the whole object', { status: 200, headers, body: bytes }],
      [
        'a response with another range',
        { status: 206, headers: { ...headers, 'content-range': 'bytes 9-21/22' } },
      ],
      ['a 206 response without a range', { status: 206, headers }],
    ] as const) {
      it(`rejects ${description} to a range request, and closes the stream`, async () => {
        const { http, oss } = setUp(() => response);
        await failure(() => oss.getObject(target, { key, from: 10 }), 'response.notUnderstood');
        assert.equal(http.closedStreams, 1);
      });
    }

    it('reads the error code from a limited part of the body, and closes the stream', async () => {
      const { http, oss } = setUp(() => ({ status: 404, body: ossError('NoSuchKey') }));
      await failure(() => oss.getObject(target, { key }), 'oss.noSuchKey', { subject: key });
      assert.equal(http.closedStreams, 1);
      const endless = setUp(() => ({ status: 404, body: 'x'.repeat(1_000_000) }));
      await failure(() => endless.oss.getObject(target, { key }), 'oss.noSuchKey');
      assert.equal(endless.http.closedStreams, 1);
    });
  });

  it('deleteObject sends a DELETE request', async () => {
    const { http, oss } = setUp(() => ({ status: 204 }));
    await oss.deleteObject(target, key);
    assert.equal(`${http.last.method} ${http.last.url}`, `DELETE https://${host}/${key}`);
  });

  it('signedUrl returns a URL with the signature that ali-oss computes', () => {
    const { oss } = setUp(() => ({}));
    const url = new URL(oss.signedUrl(target, { key, seconds: 900 }));
    const { 'x-oss-signature': signature, ...queries } = Object.fromEntries(url.searchParams);
    assert.equal(url.origin + url.pathname, `https://${host}/${key}`);
    assert.deepEqual(queries, {
      'x-oss-signature-version': 'OSS4-HMAC-SHA256',
      'x-oss-credential': 'STS.NUtestid0001/20240301/cn-hangzhou/oss/aliyun_v4_request',
      'x-oss-date': '20240301T000000Z',
      'x-oss-expires': '900',
      'x-oss-security-token': 'CAIS+tok/en==',
    });
    const canonical = signUtils.getCanonicalRequest(
      'GET',
      { headers: {}, queries },
      'edas-hz',
      key,
      [],
    );
    const official = signUtils.getSignatureV4(
      target.credential.accessKeySecret.reveal(),
      '20240301',
      'cn-hangzhou',
      signUtils.getStringToSign('cn-hangzhou', '20240301T000000Z', canonical),
    );
    assert.equal(signature, official);
  });

  describe('when a proxy has removed the content length', () => {
    const headers = { etag: '"AB"', 'last-modified': 'Fri, 01 Mar 2024 00:00:00 GMT' };

    it('getObject fails with response.noLength and closes the stream', async () => {
      const { http, oss } = setUp(() => ({ headers, body: 'bytes' }));
      await failure(() => oss.getObject(target, { key }), 'response.noLength', { host });
      assert.equal(http.closedStreams, 1);
    });

    it('headObject fails with response.noLength', () =>
      failure(() => setUp(() => ({ headers })).oss.headObject(target, key), 'response.noLength'));
  });

  describe('when the endpoint cannot be reached', () => {
    const head = (
      network: 'internal' | 'public' | 'vpc',
      code: ErrorCode,
      isPublicHost = false,
    ) => {
      const { endpoints } = target.credential;
      const held = isPublicHost
        ? credential({ endpoints: { ...endpoints, [network]: endpoints.public } })
        : target.credential;
      const { oss } = setUp(
        () => {
          throw new CodedError(code, { host });
        },
        undefined,
        { credential: held, network },
      );
      return () => oss.headObject({ credential: held, network }, key);
    };

    for (const network of ['vpc', 'internal'] as const) {
      it(`reports the private endpoint ${network} as the reason`, () =>
        failure(head(network, 'network.stalled'), 'network.stalled', {
          host,
          privateEndpoint: network,
        }));
    }

    it('reports no private endpoint for the public host, and after TLS errors', async () => {
      for (const failing of [
        head('public', 'network.unreachable'),
        head('vpc', 'network.unreachable', true),
        head('vpc', 'network.tls'),
      ]) {
        await assert.rejects(failing, ({ facts }: CodedError) => {
          assert.deepEqual(facts, { host });
          return true;
        });
      }
    });
  });
});
