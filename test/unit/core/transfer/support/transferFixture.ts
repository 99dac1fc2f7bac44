import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Credential } from '../../../../../src/core/alibaba/edas/credential';
import { hasCode } from '../../../../../src/core/errors/catalogue';
import { silentLog } from '../../../../../src/core/util/log';
import {
  TransferManager,
  type Transfer,
  type TransferManagerOptions,
  type TransferProgress,
  type UploadResult,
} from '../../../../../src/core/transfer/manager';
import { bytesSource } from './bytesSource';
import type { Source } from '../../../../../src/core/transfer/source/source';
import { credential } from '../../../support/credential';
import { FakeOss } from './fakeOss';
import { FakeTiming } from './fakeTiming';

export const partBytes = 1000;
export const key = 'prefix/a.jar';

/** A transfer manager with an in-memory OSS, a session that renews its credential, and a fake clock. */
export class TransferFixture {
  readonly oss = new FakeOss();
  readonly timing = new FakeTiming();
  readonly progress: TransferProgress[] = [];
  readonly changes: (Transfer | undefined)[] = [];
  manager!: TransferManager;
  folder = '';
  /** How often the session has renewed the credential. */
  renewals = 0;
  credential: Credential = credential({ bucket: 'bucket', keyPrefix: 'prefix' });

  async open(options: Partial<TransferManagerOptions> = {}): Promise<this> {
    this.folder ||= await mkdtemp(path.join(os.tmpdir(), 'transfer-'));
    this.manager = new TransferManager({
      oss: this.oss,
      session: {
        current: () => Promise.resolve(this.credential),
        use: async (action) => {
          const before = this.credential;
          try {
            return await action(before);
          } catch (error) {
            if (!hasCode(error, 'oss.tokenExpired')) {
              throw error;
            }
            if (this.credential === before) {
              this.renewals += 1;
              this.credential = { ...before, requestId: `renewed${this.renewals}` };
            }
            return action(this.credential);
          }
        },
      },
      network: () => 'public',
      log: silentLog,
      timing: this.timing,
      storageFolder: this.folder,
      settings: () => ({ partSize: 8, parallelParts: 4 }),
      sizing: { singlePutMax: partBytes, maxPartBytes: partBytes },
      lock: { heartbeatMs: 150 },
      ...options,
    });
    this.manager.onDidChange(({ transfer }) => this.changes.push(transfer));
    return this;
  }

  upload(
    source: Source,
    { overwrite = false, signal = new AbortController().signal } = {},
  ): Promise<UploadResult> {
    return this.manager.upload(
      { accountId: 'account', source, key, overwrite },
      { signal, onProgress: (progress) => this.progress.push(progress) },
    );
  }

  get stored(): Buffer | undefined {
    return this.oss.objects.get(key);
  }

  /** The only transfer. */
  get transfer(): Transfer {
    const [transfer] = this.manager.transfers;
    if (transfer === undefined) {
      throw new Error('There is no transfer.');
    }
    return transfer;
  }

  async close(): Promise<void> {
    await this.manager.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The given number of bytes, in a sequence that does not repeat after a short period. */
export function someBytes(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => (index * 31 + (index >> 8) * 7) % 251));
}

export function sourceOfBytes(bytes: Uint8Array, mtimeMs = 1_700_000_000_000): Source {
  return bytesSource('memfs:/a.jar', 'a.jar', bytes, mtimeMs);
}
