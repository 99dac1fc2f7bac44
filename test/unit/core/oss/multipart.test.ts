import assert from 'node:assert/strict';
import { failure } from '../../support/coded';
import { host, key, ossError, setUp, target } from './ossFixture';

const uploadId = '0004B9894A22E5B1888A1E29F8236E2D';

describe('OSS multipart upload', () => {
  it('initiateMultipartUpload sends the headers and returns the upload ID', async () => {
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
    it(`initiateMultipartUpload rejects the response ${JSON.stringify(body)}`, () =>
      failure(
        () =>
          setUp(() => ({ body })).oss.initiateMultipartUpload(target, {
            key,
            forbidOverwrite: true,
          }),
        'response.notUnderstood',
      ));
  }

  it('uploadPart sends the body and returns the ETag and the CRC-64', async () => {
    const { http, oss } = setUp(() => ({ headers: { etag: '"AB"', 'x-oss-hash-crc64ecma': '7' } }));
    const body = { length: 3, slices: () => [Buffer.from('abc')] };
    const part = await oss.uploadPart(target, { key, uploadId, partNumber: 7, body });
    assert.deepEqual([part.etag, part.crc64], ['AB', 7n]);
    assert.equal(
      `${http.last.method} ${http.last.url}`,
      `PUT https://${host}/${key}?partNumber=7&uploadId=${uploadId}`,
    );
    assert.equal(http.last.body, body);
    assert.equal(http.last.headers['content-type'], undefined);
  });

  describe('uploadPartCopy', () => {
    const copy = {
      key,
      uploadId,
      partNumber: 2,
      start: 100,
      length: 50,
      sourceKey: 'release-pkg/117274586608/包 a+b.jar',
      sourceEtag: 'E-1',
    };
    const body = '<CopyPartResult><ETag>"AB"</ETag></CopyPartResult>';

    it('copies a range of the source object, if its ETag still matches', async () => {
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

    it('fails when the server has copied another range', () =>
      failure(
        () =>
          setUp(() => ({
            body,
            headers: { 'content-range': 'bytes 0-899/900' },
          })).oss.uploadPartCopy(target, copy),
        'transfer.sizeMismatch',
      ));

    for (const invalid of ['', '<CopyPartResult/>', '<Error><Code>InternalError</Code></Error>']) {
      it(`rejects the response ${JSON.stringify(invalid)}`, () =>
        failure(
          () => setUp(() => ({ body: invalid })).oss.uploadPartCopy(target, copy),
          'response.notUnderstood',
        ));
    }
  });

  describe('completeMultipartUpload', () => {
    const body =
      '<CompleteMultipartUploadResult><ETag>"AB-2"</ETag></CompleteMultipartUploadResult>';
    const headers = { 'x-oss-hash-crc64ecma': '11051210869376104954' };

    it('sends the parts in ascending order, and returns the ETag and the CRC-64', async () => {
      const { http, oss } = setUp(() => ({ body, headers }));
      const parts = [
        { partNumber: 10, etag: 'C' },
        { partNumber: 2, etag: 'A&<B>' },
      ];
      const object = await oss.completeMultipartUpload(target, {
        key,
        uploadId,
        parts,
        forbidOverwrite: true,
      });
      assert.deepEqual([object.etag, object.crc64], ['AB-2', 11051210869376104954n]);
      assert.equal(http.last.url, `https://${host}/${key}?uploadId=${uploadId}`);
      assert.equal(http.last.headers['x-oss-forbid-overwrite'], 'true');
      assert.equal(
        Buffer.from(http.last.body as Uint8Array).toString(),
        '<CompleteMultipartUpload><Part><PartNumber>2</PartNumber><ETag>"A&amp;&lt;B&gt;"</ETag></Part>' +
          '<Part><PartNumber>10</PartNumber><ETag>"C"</ETag></Part></CompleteMultipartUpload>',
      );
    });

    it('rejects an error document with status 200', () =>
      failure(
        () =>
          setUp(() => ({ body: ossError('InternalError') })).oss.completeMultipartUpload(target, {
            key,
            uploadId,
            parts: [],
            forbidOverwrite: true,
          }),
        'response.notUnderstood',
      ));
  });

  it('abortMultipartUpload succeeds also when the upload no longer exists, but not when denied', async () => {
    const gone = { status: 404, body: ossError('NoSuchUpload') };
    for (const response of [{ status: 204 }, gone]) {
      const { http, oss } = setUp(() => response);
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
