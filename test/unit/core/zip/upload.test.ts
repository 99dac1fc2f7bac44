import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { ZipSource } from '../../../../src/core/zip/zipSource';
import { TransferManager } from '../../../../src/core/transfer/manager';
import { DownloadFixture } from '../transfer/download/downloadFixture';
import { TempFolders } from './tempFolders';
import { unzip } from './unzip';

describe('Uploading a folder as a ZIP', () => {
  const folders = new TempFolders();
  let fixture: DownloadFixture;

  before(async () => {
    fixture = await DownloadFixture.start();
  });
  after(async () => {
    await fixture.stop();
    await folders.clear();
  });

  it('uploads the complete ZIP after a connection reset, and removes the temporary file', async () => {
    const plan = {
      'lib/a.jar': randomBytes(3_000_000),
      'classes/large.txt': Buffer.alloc(2_000_000, 'public static void main\n'),
    };
    const storage = path.join(await folders.folder(), 'storage');
    const source = new ZipSource(
      {
        paths: [await folders.folder(plan)],
        name: 'shop.war',
        excludes: [],
        links: 'keep',
      },
      { folder: storage },
    );
    fixture.sandbox.faults.add(
      { operation: 'PutObject' },
      { kind: 'reset', afterBytes: 2_000_000 },
    );
    const manager = new TransferManager(fixture);
    const key = `${fixture.sandbox.keyPrefix}/shop.war`;
    const result = await manager.upload(
      { accountId: 'a', source, key, overwrite: false },
      { signal: new AbortController().signal },
    );
    manager.dispose();
    assert.equal(result.verified, true);
    const found = await unzip(await fixture.sandbox.objects.read(key));
    assert.deepEqual(found.get('lib/a.jar')?.bytes, plan['lib/a.jar']);
    assert.deepEqual(found.get('classes/large.txt')?.bytes, plan['classes/large.txt']);
    assert.deepEqual(await readdir(storage), []);
  });
});
