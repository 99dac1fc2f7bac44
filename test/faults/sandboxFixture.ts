import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ServerClock } from '../../src/core/util/clock';
import { EdasApi } from '../../src/core/alibaba/edas/edasApi';
import { createHttpClient } from '../../src/core/http/client';
import type { HttpClient } from '../../src/core/http/types';
import { silentLog } from '../../src/core/util/log';
import { OssClient } from '../../src/core/oss/client';
import { Secret } from '../../src/core/util/secret';
import { CredentialSession } from '../../src/core/credential/session';
import { TransferManager, type TransferManagerOptions } from '../../src/core/transfer/manager';
import { fileSource } from '../../src/core/transfer/source/fileSource';
import type { Source } from '../../src/core/transfer/source/source';
import { realTiming, type Timing } from '../../src/core/util/timing';
import { Sandbox, type SandboxOptions } from '../sandbox';

/** A sandbox, and the core as the extension composes it, in one process. */
export interface SandboxFixture {
  readonly sandbox: Sandbox;
  readonly oss: OssClient;
  readonly session: CredentialSession;
  /** Opens another session, with its own credential. */
  openSession(): CredentialSession;
  readonly folder: string;
  createManager(options?: Partial<TransferManagerOptions>): TransferManager;
  /** A file of random bytes. */
  file(name: string, bytes: number): Promise<Source & { readonly bytes: Buffer }>;
  key(name: string): string;
  stop(): Promise<void>;
}

/** Waits briefly between attempts: the random part of each wait is always small. */
const shortWaits: Timing = { ...realTiming, random: () => 0.05 };

export interface SandboxFixtureOptions extends SandboxOptions {
  /** The time limit for requests without progress, ms; default: that of the client. */
  readonly stallMs?: number;
}

export async function startSandboxFixture({
  stallMs,
  ...options
}: SandboxFixtureOptions = {}): Promise<SandboxFixture> {
  const sandbox = await Sandbox.start(options);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'edas-transfer-'));
  const [caller] = sandbox.keys;
  const clock = new ServerClock();
  const client = createHttpClient();
  const stall = stallMs === undefined ? {} : { stallMs };
  const http: HttpClient = {
    send: (request) => client.send({ ...request, ...stall }),
    stream: (request) => client.stream({ ...request, ...stall }),
  };
  const keys = {
    accessKeyId: caller!.id,
    accessKeySecret: new Secret(caller!.secret),
  };
  const edas = new EdasApi(http, clock, silentLog);
  const sessions: CredentialSession[] = [];
  const openSession = (): CredentialSession => {
    const session = new CredentialSession({
      clock,
      fetch: (signal) =>
        edas.getPackageStorageCredential({ keys, endpoint: sandbox.edasEndpoint }, signal),
    });
    sessions.push(session);
    return session;
  };
  const session = openSession();
  const oss = new OssClient(http, clock, silentLog);
  const managers: TransferManager[] = [];
  return {
    sandbox,
    oss,
    session,
    openSession,
    folder,
    createManager: (more = {}) => {
      const manager = new TransferManager({
        session,
        oss,
        network: () => 'public',
        log: silentLog,
        timing: shortWaits,
        ...more,
      });
      managers.push(manager);
      return manager;
    },
    file: async (name, size) => {
      const file = path.join(folder, name);
      const bytes = randomBytes(size);
      await writeFile(file, bytes);
      return { ...fileSource(file), bytes };
    },
    key: (name) => `${sandbox.keyPrefix}/${name}`,
    stop: async () => {
      await Promise.all(managers.map((manager) => manager.stop()));
      sessions.forEach((one) => one.dispose());
      client.dispose();
      await sandbox.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
