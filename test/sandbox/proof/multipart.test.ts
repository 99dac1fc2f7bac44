import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

import { Sandbox } from '..';
import { fetchCredential, type AnsweredCredential } from './ask';
import { callOss, type Call } from './oss';
import type { RawAnswer } from './raw';

const minPart = 100 * 1024;
const key = 'release-pkg/117274586608/parts.jar';

describe('OSS multipart', () => {
  let sandbox: Sandbox;
  let credential: AnsweredCredential;
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
    const answer = await uploadPart(uploadId, number, body);
    assert.equal(answer.status, 200);
    return { body, part: [number, answer.headers.etag!] as [number, string] };
  };

  it('joins parts with gaps in order of their numbers, a part sent again replacing the first', async () => {
    const uploadId = await start();
    const last = await put(uploadId, 9, 10);
    await put(uploadId, 2, minPart);
    const first = await put(uploadId, 2, minPart + 1);
    const answer = await complete(uploadId, [first.part, last.part]);
    assert.equal(answer.status, 200);
    assert.deepEqual(await sandbox.objects.read(key), Buffer.concat([first.body, last.body]));
    assert.match(answer.element('ETag')!, /^&quot;[0-9A-F]{32}-2&quot;$/);
    assert.equal(sandbox.objects.get(key)?.type, 'Multipart');
    refused(await complete(uploadId, [first.part]), 404, 'NoSuchUpload');
  });

  it('takes all parts when asked by x-oss-complete-all, and then no list', async () => {
    const uploadId = await start();
    const first = await put(uploadId, 1, minPart);
    const second = await put(uploadId, 2, 1);
    const headers = { 'x-oss-complete-all': 'yes' };
    refused(await complete(uploadId, [first.part], headers), 400, 'InvalidArgument');
    const answer = await call('POST', { uploadId }, { headers });
    assert.equal(answer.status, 200);
    assert.deepEqual(await sandbox.objects.read(key), Buffer.concat([first.body, second.body]));
  });

  it('judges small parts only when completed', async () => {
    const uploadId = await start();
    const parts = [await put(uploadId, 1, minPart - 1), await put(uploadId, 2, minPart)];
    const answer = await complete(
      uploadId,
      parts.map(({ part }) => part),
    );
    refused(answer, 400, 'EntityTooSmall');
    assert.deepEqual(
      [answer.element('PartNumber'), answer.element('ProposedSize')],
      ['1', `${minPart - 1}`],
    );
    assert.equal(sandbox.objects.exists(key), false);
    assert.equal((await complete(uploadId, [parts[0]!.part])).status, 200, 'alone it is the last');
  });

  it('refuses lists that are out of order, wrong, empty or no XML', async () => {
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

  it('does not complete over an object when that is forbidden', async () => {
    const uploadId = await start();
    const { part } = await put(uploadId, 1, 5);
    await callOss(sandbox, credential, { method: 'PUT', key, body: 'came first' });
    const headers = { 'x-oss-forbid-overwrite': 'true' };
    const answer = await complete(uploadId, [part], headers);
    refused(answer, 409, 'FileAlreadyExists');
    assert.equal(answer.headers['x-oss-ec'], '0042-00000214');
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

function refused(answer: RawAnswer, status: number, code: string): void {
  assert.deepEqual([answer.status, answer.element('Code')], [status, code]);
}
