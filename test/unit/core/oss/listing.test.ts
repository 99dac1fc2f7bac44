import assert from 'node:assert/strict';
import { OssClient } from '../../../../src/core/oss/client';
import { ServerClock } from '../../../../src/core/util/clock';
import { silentLog } from '../../../../src/core/util/log';
import { failure } from '../../support/coded';
import { now } from '../../support/credential';
import { FakeHttp } from '../../support/fakeHttp';
import { host, key, setUp, target } from './ossFixture';

const uploadId = '0004B9894A22E5B1888A1E29F8236E2D';
const time = '2024-03-01T00:00:00.000Z';

function query(url: string): Record<string, string> {
  return Object.fromEntries(new URL(url).searchParams);
}

describe('OSS listing', () => {
  describe('listObjects', () => {
    const page = (content: string) =>
      `<ListBucketResult><Name>edas-hz</Name>${content}</ListBucketResult>`;
    const object = (name: string) =>
      `<Contents><Key>${name}</Key><Size>5</Size><ETag>"AB"</ETag><LastModified>${time}</LastModified></Contents>`;

    it('sends the parameters, and decodes a page', async () => {
      const { http, oss } = setUp(() => ({
        body: page(
          '<EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>' +
            '<NextContinuationToken>CgJ+/YQ==</NextContinuationToken>' +
            object('p/a+b%2Bc%20%E7%A9%BA%01.jar') +
            '<CommonPrefixes><Prefix>p/q%2F</Prefix></CommonPrefixes>',
        ),
      }));
      const result = await oss.listObjects(target, {
        prefix: 'p/',
        delimiter: '/',
        continuationToken: 'A+/=',
        maxKeys: 200,
      });
      assert.deepEqual(result, {
        objects: [{ key: 'p/a b+c 空\u0001.jar', size: 5, etag: 'AB', lastModified: now }],
        prefixes: ['p/q/'],
        nextToken: 'CgJ+/YQ==',
      });
      assert.ok(http.last.url.startsWith(`https://${host}/?`));
      assert.deepEqual(query(http.last.url), {
        'list-type': '2',
        prefix: 'p/',
        delimiter: '/',
        'continuation-token': 'A+/=',
        'max-keys': '200',
        'encoding-type': 'url',
      });
    });

    it('returns an empty page', async () => {
      const { http, oss } = setUp(() => ({ body: page('<IsTruncated>false</IsTruncated>') }));
      assert.deepEqual(await oss.listObjects(target, { prefix: '' }), {
        objects: [],
        prefixes: [],
        nextToken: undefined,
      });
      assert.deepEqual(query(http.last.url), { 'list-type': '2', 'encoding-type': 'url' });
    });

    it('returns keys that are not UTF-8, which can be used in requests', async () => {
      const names = ['p/%FF.jar', 'p/%E7%A9/%ED%A0%80', `p/${'%80'.repeat(1_021)}`];
      // Not with `setUp`: the official signer does not support such keys.
      const http = new FakeHttp(() => ({
        body: page(`<EncodingType>url</EncodingType>${names.map(object).join('')}`),
      }));
      const oss = new OssClient(http, new ServerClock(), silentLog);
      const { objects } = await oss.listObjects(target, { prefix: '' });
      assert.equal(new Set(objects.map(({ key: name }) => name)).size, names.length);
      for (const [index, { key: name }] of objects.entries()) {
        await oss.deleteObject(target, name);
        assert.equal(http.last.url, `https://${host}/${names[index]}`);
      }
    });

    it('reads keys literally when the page is not URL-encoded', async () => {
      const { oss } = setUp(() => ({ body: page(object('p/100%+.jar')) }));
      const { objects } = await oss.listObjects(target, { prefix: '' });
      assert.equal(objects[0]?.key, 'p/100%+.jar');
    });

    for (const [description, body] of [
      ['another document', '<Other/>'],
      ['a truncated page without a continuation token', page('<IsTruncated>true</IsTruncated>')],
      ['an object without a key', page(object(''))],
      ['a negative size', page(object('a').replace('>5<', '>-5<'))],
      ['a size that is not a safe integer', page(object('a').replace('>5<', '>9007199254740993<'))],
      ['an invalid time', page(object('a').replace(time, 'today'))],
      ['a key of 1,024 bytes', page(object('k'.repeat(1_024)))],
      ['1,001 objects on a page', page(object('a').repeat(1_001))],
      ['a key with an invalid encoding', page(`<EncodingType>url</EncodingType>${object('%f')}`)],
    ] as const) {
      it(`rejects ${description}`, () =>
        failure(
          () => setUp(() => ({ body })).oss.listObjects(target, { prefix: '' }),
          'response.notUnderstood',
        ));
    }
  });

  describe('listParts', () => {
    const part = (number: number) =>
      `<Part><PartNumber>${number}</PartNumber><ETag>"E${number}"</ETag><Size>${number}00</Size><HashCrc64ecma>${number}</HashCrc64ecma></Part>`;
    const page = (numbers: number[], next?: number) =>
      `<ListPartsResult>${numbers.map(part).join('')}<IsTruncated>${next !== undefined}</IsTruncated>` +
      `<NextPartNumberMarker>${next ?? ''}</NextPartNumberMarker></ListPartsResult>`;

    it('returns the parts of all pages', async () => {
      const { http, oss } = setUp((_, number) => ({
        body: number === 0 ? page([1, 3], 3) : page([4]),
      }));
      const parts = await oss.listParts(target, { key, uploadId });
      assert.deepEqual(parts, [
        { partNumber: 1, etag: 'E1', size: 100, crc64: 1n },
        { partNumber: 3, etag: 'E3', size: 300, crc64: 3n },
        { partNumber: 4, etag: 'E4', size: 400, crc64: 4n },
      ]);
      const [first, second] = http.requests.map(({ url }) => query(url));
      assert.equal(first!.uploadId, uploadId);
      assert.deepEqual(
        [first!['part-number-marker'], second!['part-number-marker']],
        [undefined, '3'],
      );
    });

    for (const next of [3, 2]) {
      it(`fails when the marker of the page after part 3 is ${next}`, async () => {
        const { http, oss } = setUp((_, number) => ({ body: page([1], number === 0 ? 3 : next) }));
        await failure(() => oss.listParts(target, { key, uploadId }), 'response.notUnderstood');
        assert.equal(http.requests.length, 2);
      });
    }

    for (const [description, numbers] of [
      ['1,001 parts on a page', Array.from({ length: 1_001 }, (_, n) => n + 1)],
      ['a duplicate part', [1, 1]],
      ['parts in descending order', [2, 1]],
      ['part number 10,001', [10_001]],
    ] as const) {
      it(`rejects ${description}`, async () => {
        const parts = numbers
          .map((n) => `<Part><PartNumber>${n}</PartNumber><ETag>"A"</ETag><Size>5</Size></Part>`)
          .join('');
        const { oss } = setUp(() => ({ body: `<ListPartsResult>${parts}</ListPartsResult>` }));
        await assert.rejects(oss.listParts(target, { key, uploadId }), {
          code: 'response.notUnderstood',
        });
      });
    }

    it('rejects a truncated page without parts', async () => {
      const { http, oss } = setUp((_, number) => ({
        body:
          '<ListPartsResult><IsTruncated>true</IsTruncated>' +
          `<NextPartNumberMarker>${number + 1}</NextPartNumberMarker></ListPartsResult>`,
      }));
      await failure(() => oss.listParts(target, { key, uploadId }), 'response.notUnderstood');
      assert.equal(http.requests.length, 1);
    });
  });
});
