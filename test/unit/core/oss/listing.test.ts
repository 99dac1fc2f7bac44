import assert from 'node:assert/strict';
import { OssClient } from '../../../../src/core/oss/client';
import { ServerClock } from '../../../../src/core/util/clock';
import { silentLog } from '../../../../src/core/util/log';
import { failure } from '../../support/coded';
import { now } from '../../support/credential';
import { FakeHttp } from '../../support/fakeHttp';
import { host, key, setUp, target } from './stage';

const uploadId = '0004B9894A22E5B1888A1E29F8236E2D';
const time = '2024-03-01T00:00:00.000Z';

function query(url: string): Record<string, string> {
  return Object.fromEntries(new URL(url).searchParams);
}

describe('OSS lists', () => {
  describe('objects', () => {
    const page = (inside: string) =>
      `<ListBucketResult><Name>edas-hz</Name>${inside}</ListBucketResult>`;
    const object = (name: string) =>
      `<Contents><Key>${name}</Key><Size>5</Size><ETag>"AB"</ETag><LastModified>${time}</LastModified></Contents>`;

    it('of one page', async () => {
      const { http, oss } = setUp(() => ({
        body: page(
          '<EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>' +
            '<NextContinuationToken>CgJ+/YQ==</NextContinuationToken>' +
            object('p/a+b%2Bc%20%E7%A9%BA%01.jar') +
            '<CommonPrefixes><Prefix>p/q%2F</Prefix></CommonPrefixes>',
        ),
      }));
      const answer = await oss.listObjects(target, {
        prefix: 'p/',
        delimiter: '/',
        continuationToken: 'A+/=',
        maxKeys: 200,
      });
      assert.deepEqual(answer, {
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

    it('of none', async () => {
      const { http, oss } = setUp(() => ({ body: page('<IsTruncated>false</IsTruncated>') }));
      assert.deepEqual(await oss.listObjects(target, { prefix: '' }), {
        objects: [],
        prefixes: [],
        nextToken: undefined,
      });
      assert.deepEqual(query(http.last.url), { 'list-type': '2', 'encoding-type': 'url' });
    });

    it('with names that are not UTF-8, which stay usable', async () => {
      const names = ['p/%FF.jar', 'p/%E7%A9/%ED%A0%80', `p/${'%80'.repeat(1_021)}`];
      // Not `setUp`: the official signer knows no such names.
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

    it('with names that are not encoded', async () => {
      const { oss } = setUp(() => ({ body: page(object('p/100%+.jar')) }));
      const { objects } = await oss.listObjects(target, { prefix: '' });
      assert.equal(objects[0]?.key, 'p/100%+.jar');
    });

    for (const [what, body] of [
      ['another document', '<Other/>'],
      ['a page without a next token', page('<IsTruncated>true</IsTruncated>')],
      ['an object without a name', page(object(''))],
      ['a size that is none', page(object('a').replace('>5<', '>-5<'))],
      ['a size beyond all bounds', page(object('a').replace('>5<', '>9007199254740993<'))],
      ['a time that is none', page(object('a').replace(time, 'today'))],
      ['a key of 1,024 bytes', page(object('k'.repeat(1_024)))],
      ['more objects than a page has', page(object('a').repeat(1_001))],
      ['a name that is not encoded right', page(`<EncodingType>url</EncodingType>${object('%f')}`)],
    ] as const) {
      it(`but not ${what}`, () =>
        failure(
          () => setUp(() => ({ body })).oss.listObjects(target, { prefix: '' }),
          'answer.notUnderstood',
        ));
    }
  });

  describe('parts', () => {
    const part = (number: number) =>
      `<Part><PartNumber>${number}</PartNumber><ETag>"E${number}"</ETag><Size>${number}00</Size><HashCrc64ecma>${number}</HashCrc64ecma></Part>`;
    const page = (numbers: number[], next?: number) =>
      `<ListPartsResult>${numbers.map(part).join('')}<IsTruncated>${next !== undefined}</IsTruncated>` +
      `<NextPartNumberMarker>${next ?? ''}</NextPartNumberMarker></ListPartsResult>`;

    it('of all pages', async () => {
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
      it(`fails when the list does not advance beyond ${next}`, async () => {
        const { http, oss } = setUp((_, number) => ({ body: page([1], number === 0 ? 3 : next) }));
        await failure(() => oss.listParts(target, { key, uploadId }), 'answer.notUnderstood');
        assert.equal(http.requests.length, 2);
      });
    }
  });

  for (const [what, numbers] of [
    ['1,001 parts on a page', Array.from({ length: 1_001 }, (_, n) => n + 1)],
    ['a part twice', [1, 1]],
    ['parts that do not ascend', [2, 1]],
    ['a part 10,001', [10_001]],
  ] as const) {
    it(`refuses a list with ${what}`, async () => {
      const parts = numbers
        .map((n) => `<Part><PartNumber>${n}</PartNumber><ETag>"A"</ETag><Size>5</Size></Part>`)
        .join('');
      const { oss } = setUp(() => ({ body: `<ListPartsResult>${parts}</ListPartsResult>` }));
      await assert.rejects(oss.listParts(target, { key, uploadId }), {
        code: 'answer.notUnderstood',
      });
    });
  }

  it('refuses a list that continues behind a page without a part', async () => {
    const { http, oss } = setUp((_, number) => ({
      body:
        '<ListPartsResult><IsTruncated>true</IsTruncated>' +
        `<NextPartNumberMarker>${number + 1}</NextPartNumberMarker></ListPartsResult>`,
    }));
    await failure(() => oss.listParts(target, { key, uploadId }), 'answer.notUnderstood');
    assert.equal(http.requests.length, 1);
  });
});
