import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

import type OSS from 'ali-oss';

import { Sandbox } from '..';
import { fetchCredential, type CredentialFields } from './credentialRequest';
import { connectAliOss } from './connectAliOss';

/** Methods of ali-oss that its types do not have. */
interface PartCopy {
  initMultipartUpload(name: string): Promise<{ uploadId: string }>;
  uploadPartCopy(
    name: string,
    uploadId: string,
    partNumber: number,
    range: string | undefined,
    source: { sourceKey: string; sourceBucketName: string },
    options?: { headers?: Record<string, string> },
  ): Promise<{ etag: string; res: { headers: Record<string, string> } }>;
  completeMultipartUpload(
    name: string,
    uploadId: string,
    parts: readonly { number: number; etag: string }[],
  ): Promise<{ res: { headers: Record<string, string> } }>;
}

const KiB = 1024;

describe('OSS sandbox: UploadPartCopy, called by ali-oss', () => {
  let sandbox: Sandbox;
  let credential: CredentialFields;
  let client: OSS & PartCopy;
  const base = randomBytes(600 * KiB);
  const key = (name: string) => `${credential.KeyPrefix}/${name}`;
  const source = (name = 'dir/a b+c.jar') => ({
    sourceKey: key(name),
    sourceBucketName: credential.Bucket,
  });

  before(async () => {
    sandbox = await Sandbox.start({});
    credential = await fetchCredential(sandbox);
    client = connectAliOss(sandbox, credential) as OSS & PartCopy;
  });
  beforeEach(() => client.put(key('dir/a b+c.jar'), base));
  afterEach(() => {
    Object.assign(sandbox.settings, {
      denied: new Set(),
      archived: new Set(),
      crc64OfMultipart: true,
    });
  });
  after(() => sandbox.stop());

  it('builds an object from copied ranges and new parts', async () => {
    const fresh = randomBytes(150 * KiB);
    const { uploadId } = await client.initMultipartUpload(key('new.jar'));
    const first = await client.uploadPartCopy(
      ...([key('new.jar'), uploadId, 1, `0-${200 * KiB - 1}`, source()] as const),
    );
    assert.equal(first.res.headers['x-oss-hash-crc64ecma'], undefined);
    const second = (await client.uploadPart(
      ...([key('new.jar'), uploadId, 2, fresh, 0, fresh.length] as unknown as Parameters<
        OSS['uploadPart']
      >),
    )) as unknown as { etag: string };
    const third = await client.uploadPartCopy(
      ...([key('new.jar'), uploadId, 3, `${500 * KiB}-${600 * KiB - 1}`, source()] as const),
    );
    const made = await client.completeMultipartUpload(
      key('new.jar'),
      uploadId,
      [first, second, third].map(({ etag }, index) => ({ number: index + 1, etag })),
    );
    const expected = Buffer.concat([base.subarray(0, 200 * KiB), fresh, base.subarray(500 * KiB)]);
    assert.deepEqual(await sandbox.objects.read(key('new.jar')), expected);
    const head = await client.head(key('new.jar'));
    assert.equal(
      made.res.headers['x-oss-hash-crc64ecma'],
      (head.res.headers as Record<string, string>)['x-oss-hash-crc64ecma'],
    );
  });

  it('can copy an object to its own key, which is replaced only on completion', async () => {
    const name = key('dir/a b+c.jar');
    const { uploadId } = await client.initMultipartUpload(name);
    const part = await client.uploadPartCopy(name, uploadId, 1, `0-${150 * KiB - 1}`, source());
    assert.deepEqual(await sandbox.objects.read(name), base);
    await client.completeMultipartUpload(name, uploadId, [{ number: 1, etag: part.etag }]);
    assert.deepEqual(await sandbox.objects.read(name), base.subarray(0, 150 * KiB));
  });

  for (const range of ['5-1', `0-${600 * KiB}`, `${600 * KiB}-${700 * KiB}`, 'x-y', '5-'])
    it(`ignores the range ${range} and copies the whole object`, async () => {
      const { uploadId } = await client.initMultipartUpload(key('whole.jar'));
      const part = await client.uploadPartCopy(key('whole.jar'), uploadId, 1, range, source());
      assert.equal(part.res.headers['content-range'], `bytes 0-${600 * KiB - 1}/${600 * KiB}`);
      await client.completeMultipartUpload(key('whole.jar'), uploadId, [
        { number: 1, etag: part.etag },
      ]);
      assert.deepEqual(await sandbox.objects.read(key('whole.jar')), base);
    });

  const refusals: readonly {
    readonly name: string;
    readonly set?: () => void;
    readonly from?: () => { sourceKey: string; sourceBucketName: string };
    readonly headers?: Record<string, string>;
    readonly expected: { readonly status: number; readonly code: string };
  }[] = [
    {
      name: 'a source that was replaced (if-match)',
      headers: { 'x-oss-copy-source-if-match': '"0123456789ABCDEF0123456789ABCDEF"' },
      expected: { status: 412, code: 'PreconditionFailed' },
    },
    {
      name: 'a source that does not exist',
      from: () => source('gone.jar'),
      expected: { status: 404, code: 'NoSuchKey' },
    },
    {
      name: 'a source in another bucket',
      from: () => ({ ...source(), sourceBucketName: 'other' }),
      expected: { status: 404, code: 'NoSuchBucket' },
    },
    {
      name: 'a source outside the package prefix',
      from: () => ({ ...source(), sourceKey: 'elsewhere/a.jar' }),
      expected: { status: 403, code: 'AccessDenied' },
    },
    {
      name: 'a credential that may not read',
      set: () => (sandbox.settings.denied = new Set(['GetObject'] as const)),
      expected: { status: 403, code: 'AccessDenied' },
    },
    {
      name: 'an archived source',
      set: () => (sandbox.settings.archived = new Set([key('dir/a b+c.jar')])),
      expected: { status: 403, code: 'InvalidObjectState' },
    },
  ];
  for (const { name, set, from = source, headers = {}, expected } of refusals)
    it(`rejects ${name}`, async () => {
      const { uploadId } = await client.initMultipartUpload(key('refused.jar'));
      set?.();
      const range = `0-${150 * KiB}`;
      await assert.rejects(
        client.uploadPartCopy(key('refused.jar'), uploadId, 1, range, from(), {
          headers: { ...headers },
        }),
        expected,
      );
    });

  it('rejects a small part that is not the last on completion', async () => {
    const { uploadId } = await client.initMultipartUpload(key('small.jar'));
    const parts = [];
    for (const number of [1, 2]) {
      const copy = await client.uploadPartCopy(
        ...([key('small.jar'), uploadId, number, '0-99', source()] as const),
      );
      parts.push({ number, etag: copy.etag });
    }
    await assert.rejects(client.completeMultipartUpload(key('small.jar'), uploadId, parts), {
      code: 'EntityTooSmall',
    });
  });

  it('returns no CRC-64 of a multipart object when the setting says so', async () => {
    sandbox.settings.crc64OfMultipart = false;
    const { uploadId } = await client.initMultipartUpload(key('plain.jar'));
    const part = await client.uploadPartCopy(key('plain.jar'), uploadId, 1, undefined, source());
    const made = await client.completeMultipartUpload(key('plain.jar'), uploadId, [
      { number: 1, etag: part.etag },
    ]);
    const { headers } = (await client.head(key('plain.jar'))).res;
    assert.equal(made.res.headers['x-oss-hash-crc64ecma'], undefined);
    assert.equal((headers as Record<string, string>)['x-oss-hash-crc64ecma'], undefined);
  });
});
