import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

import { Sandbox } from '..';
import { fetchCredential, type CredentialFields } from './credentialRequest';
import { callOss, type Call } from './oss';
import type { RawResponse } from './raw';

const minPart = 100 * 1024;
const key = 'release-pkg/117274586608/parts.jar';

describe('OSS sandbox: multipart uploads', () => {
  let sandbox: Sandbox;
  let credential: CredentialFields;
  before(async () => {
    sandbox = await Sandbox.start();
    credential = await fetchCredential(sandbox);
  });
  after(() => sandbox.stop());
  afterEach(async () => {
    await sandbox.objects.delete(key);
    for (const { id } of sandbox.uploads.list()) await call('DELETE', { uploadId: id });
  });

  const call = (method: string, query: Call['query'], more: Partial<Call> = {}) =>
    callOss(sandbox, credential, { method, key, query: query ?? {}, ...more });
  const start = async () => (await call('POST', { uploads: null })).element('UploadId')!;
  const uploadPart = (uploadId: string, number: number, body: Buffer) =>
    call('PUT', { partNumber: `${number}`, uploadId }, { body });
  const complete = (uploadId: string, parts: [number: number, etag: string][], headers = {}) =>
    call('POST', { uploadId }, { headers, body: listOf(parts) });
  const put = async (uploadId: string, number: number, size: number) => {
    const body = randomBytes(size);
    const response = await uploadPart(uploadId, number, body);
    assert.equal(response.status, 200);
    return { body, part: [number, response.headers.etag!] as [number, string] };
  };

  it('joins parts by number, also with gaps, and replaces a part that is sent again', async () => {
    const uploadId = await start();
    const last = await put(uploadId, 9, 10);
    await put(uploadId, 2, minPart);
    const first = await put(uploadId, 2, minPart + 1);
    const response = await complete(uploadId, [first.part, last.part]);
    assert.equal(response.status, 200);
    assert.deepEqual(await sandbox.objects.read(key), Buffer.concat([first.body, last.body]));
    assert.match(response.element('ETag')!, /^&quot;[0-9A-F]{32}-2&quot;$/);
    assert.equal(sandbox.objects.get(key)?.type, 'Multipart');
    refused(await complete(uploadId, [first.part]), 404, 'NoSuchUpload');
  });

  it('completes with all parts for x-oss-complete-all, and then rejects a list', async () => {
    const uploadId = await start();
    const first = await put(uploadId, 1, minPart);
    const second = await put(uploadId, 2, 1);
    const headers = { 'x-oss-complete-all': 'yes' };
    refused(await complete(uploadId, [first.part], headers), 400, 'InvalidArgument');
    const response = await call('POST', { uploadId }, { headers });
    assert.equal(response.status, 200);
    assert.deepEqual(await sandbox.objects.read(key), Buffer.concat([first.body, second.body]));
  });

  it('rejects parts that are too small only on completion', async () => {
    const uploadId = await start();
    const parts = [await put(uploadId, 1, minPart - 1), await put(uploadId, 2, minPart)];
    const response = await complete(
      uploadId,
      parts.map(({ part }) => part),
    );
    refused(response, 400, 'EntityTooSmall');
    assert.deepEqual(
      [response.element('PartNumber'), response.element('ProposedSize')],
      ['1', `${minPart - 1}`],
    );
    assert.equal(sandbox.objects.exists(key), false);
    assert.equal(
      (await complete(uploadId, [parts[0]!.part])).status,
      200,
      'a single part may be small',
    );
  });

  it('rejects part lists that are out of order, wrong, empty or not XML', async () => {
    const uploadId = await start();
    const { part: one } = await put(uploadId, 1, minPart);
    const { part: two } = await put(uploadId, 2, minPart);
    refused(await complete(uploadId, [two, one]), 400, 'InvalidPartOrder');
    refused(await complete(uploadId, [one, one]), 400, 'InvalidPartOrder');
    refused(await complete(uploadId, [one, [2, one[1]]]), 400, 'InvalidPart');
    refused(await complete(uploadId, [one, [3, two[1]]]), 400, 'InvalidPart');
    refused(await complete(uploadId, []), 400, 'MalformedXML');
    for (const body of ['no xml', listOf([one]).slice(0, -10), '<A/>'])
      refused(await call('POST', { uploadId }, { body }), 400, 'MalformedXML');
    assert.equal(sandbox.objects.exists(key), false);
  });

  it('rejects a completion that would overwrite an object when that is forbidden', async () => {
    const uploadId = await start();
    const { part } = await put(uploadId, 1, 5);
    await callOss(sandbox, credential, { method: 'PUT', key, body: 'existing' });
    const headers = { 'x-oss-forbid-overwrite': 'true' };
    const response = await complete(uploadId, [part], headers);
    refused(response, 409, 'FileAlreadyExists');
    assert.equal(response.headers['x-oss-ec'], '0042-00000214');
    assert.equal((await complete(uploadId, [part])).status, 200);
  });

  it('lists parts in pages with size and CRC-64, and uploads by key and id', async () => {
    const uploadId = await start();
    const other = await start();
    for (const number of [1, 3, 5]) await put(uploadId, number, number * 10);
    const numbers: string[] = [];
    let marker = '0';
    for (let more = true; more;) {
      const page = await call('GET', { uploadId, 'max-parts': '2', 'part-number-marker': marker });
      numbers.push(...[...page.body.toString().matchAll(/<PartNumber>(\d+)/g)].map(([, n]) => n!));
      assert.match(page.body.toString(), /<HashCrc64ecma>\d+<\/HashCrc64ecma><Size>\d+<\/Size>/);
      marker = page.element('NextPartNumberMarker')!;
      more = page.element('IsTruncated') === 'true';
    }
    assert.deepEqual(numbers, ['1', '3', '5']);
    const query = { uploads: null, prefix: key, 'max-uploads': '1' };
    const list = (more: Call['query']) =>
      callOss(sandbox, credential, { method: 'GET', query: { ...query, ...more } });
    const first = await list({});
    const second = await list({
      'key-marker': first.element('NextKeyMarker')!,
      'upload-id-marker': first.element('NextUploadIdMarker')!,
    });
    const ids = [first.element('UploadId'), second.element('UploadId')];
    assert.deepEqual(ids, [uploadId, other].sort());
    assert.equal(second.element('IsTruncated'), 'false');
    for (const id of ids) assert.equal((await call('DELETE', { uploadId: id })).status, 204);
    assert.deepEqual(sandbox.uploads.list(), []);
  });
});

function listOf(parts: readonly [number, string][]): string {
  const rows = parts.map(
    ([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`,
  );
  return `<CompleteMultipartUpload>${rows.join('')}</CompleteMultipartUpload>`;
}

function refused(response: RawResponse, status: number, code: string): void {
  assert.deepEqual([response.status, response.element('Code')], [status, code]);
}
