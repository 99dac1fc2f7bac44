import assert from 'node:assert/strict';
import { failure } from '../../support/coded';
import { host, key, ossError, setUp, target } from './stage';

const uploadId = '0004B9894A22E5B1888A1E29F8236E2D';

describe('OSS multipart upload', () => {
  it('is initiated', async () => {
    const { http, oss } = setUp(() => ({
      body: `<InitiateMultipartUploadResult><Bucket>edas-hz</Bucket><Key>k</Key><UploadId>${uploadId}</UploadId></InitiateMultipartUploadResult>`,
    }));
    const request = { key, contentType: 'application/zip', forbidOverwrite: true };
    assert.equal(await oss.initiateMultipartUpload(target, request), uploadId);
    assert.equal(`${http.last.method} ${http.last.url}`, `POST https://${host}/${key}?uploads`);
    assert.equal(http.last.headers['content-type'], 'application/zip');
    assert.equal(http.last.headers['x-oss-forbid-overwrite'], 'true');
    assert.equal(http.last.body?.length, 0);
  });

  for (const body of [
    '',
    '<InitiateMultipartUploadResult/>',
    '<Other><UploadId>x</UploadId></Other>',
  ]) {
    it(`is not initiated by ${JSON.stringify(body)}`, () =>
      failure(
        () =>
          setUp(() => ({ body })).oss.initiateMultipartUpload(target, {
            key,
            forbidOverwrite: true,
          }),
        'answer.notUnderstood',
      ));
  }

  it('takes parts', async () => {
    const { http, oss } = setUp(() => ({ headers: { etag: '"AB"', 'x-oss-hash-crc64ecma': '7' } }));
    const body = { length: 3, slices: () => [Buffer.from('abc')] };
    const answer = await oss.uploadPart(target, { key, uploadId, partNumber: 7, body });
    assert.deepEqual([answer.etag, answer.crc64], ['AB', 7n]);
    assert.equal(
      `${http.last.method} ${http.last.url}`,
      `PUT https://${host}/${key}?partNumber=7&uploadId=${uploadId}`,
    );
    assert.equal(http.last.body, body);
    assert.equal(http.last.headers['content-type'], undefined);
  });

  describe('copies a range of an existing object', () => {
    const copy = {
      ...{ key, uploadId, partNumber: 2, start: 100, length: 50 },
      ...{ sourceKey: 'release-pkg/117274586608/包 a+b.jar', sourceEtag: 'E-1' },
    };
    const body = '<CopyPartResult><ETag>"AB"</ETag></CopyPartResult>';

    it('of exactly the object that is meant', async () => {
      const headers = { 'content-range': 'bytes 100-149/900' };
      const { http, oss } = setUp(() => ({ body, headers }));
      assert.equal((await oss.uploadPartCopy(target, copy)).etag, 'AB');
      assert.equal(
        `${http.last.method} ${http.last.url}`,
        `PUT https://${host}/${key}?partNumber=2&uploadId=${uploadId}`,
      );
      const sent = http.last.headers;
      assert.equal(
        sent['x-oss-copy-source'],
        '/edas-hz/release-pkg/117274586608/%E5%8C%85%20a%2Bb.jar',
      );
      assert.equal(sent['x-oss-copy-source-if-match'], '"E-1"');
      assert.equal(sent['x-oss-copy-source-range'], 'bytes=100-149');
      assert.equal(http.last.body?.length, 0);
    });

    it('and is refused when the server copied another range', () =>
      failure(
        () =>
          setUp(() => ({
            body,
            headers: { 'content-range': 'bytes 0-899/900' },
          })).oss.uploadPartCopy(target, copy),
        'transfer.sizeMismatch',
      ));

    for (const answer of ['', '<CopyPartResult/>', '<Error><Code>InternalError</Code></Error>']) {
      it(`and is not taken for done by ${JSON.stringify(answer)}`, () =>
        failure(
          () => setUp(() => ({ body: answer })).oss.uploadPartCopy(target, copy),
          'answer.notUnderstood',
        ));
    }
  });

  describe('is completed', () => {
    const body =
      '<CompleteMultipartUploadResult><ETag>"AB-2"</ETag></CompleteMultipartUploadResult>';
    const headers = { 'x-oss-hash-crc64ecma': '11051210869376104954' };

    it('from its parts, in ascending order', async () => {
      const { http, oss } = setUp(() => ({ body, headers }));
      const parts = [
        { partNumber: 10, etag: 'C' },
        { partNumber: 2, etag: 'A&<B>' },
      ];
      const answer = await oss.completeMultipartUpload(target, {
        key,
        uploadId,
        parts,
        forbidOverwrite: true,
      });
      assert.deepEqual([answer.etag, answer.crc64], ['AB-2', 11051210869376104954n]);
      assert.equal(http.last.url, `https://${host}/${key}?uploadId=${uploadId}`);
      assert.equal(http.last.headers['x-oss-forbid-overwrite'], 'true');
      assert.equal(
        Buffer.from(http.last.body as Uint8Array).toString(),
        '<CompleteMultipartUpload><Part><PartNumber>2</PartNumber><ETag>"A&amp;&lt;B&gt;"</ETag></Part>' +
          '<Part><PartNumber>10</PartNumber><ETag>"C"</ETag></Part></CompleteMultipartUpload>',
      );
    });

    it('but not by a response about another object', () =>
      failure(
        () =>
          setUp(() => ({ body: ossError('InternalError') })).oss.completeMultipartUpload(target, {
            key,
            uploadId,
            parts: [],
            forbidOverwrite: true,
          }),
        'answer.notUnderstood',
      ));
  });

  it('is aborted, also when it does not exist any more', async () => {
    const gone = { status: 404, body: ossError('NoSuchUpload') };
    for (const answer of [{ status: 204 }, gone]) {
      const { http, oss } = setUp(() => answer);
      await oss.abortMultipartUpload(target, { key, uploadId });
      assert.equal(
        `${http.last.method} ${http.last.url}`,
        `DELETE https://${host}/${key}?uploadId=${uploadId}`,
      );
    }
    const { oss } = setUp(() => ({ status: 403, body: ossError('AccessDenied') }));
    await failure(() => oss.abortMultipartUpload(target, { key, uploadId }), 'oss.accessDenied');
  });
});
