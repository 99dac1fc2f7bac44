import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Credential } from '../../src/core/alibaba/edas/credential';
import type { CredentialSession } from '../../src/core/credential/session';
import { averageChunkBytes, ChunkCutter } from '../../src/core/transfer/delta/chunks';
import { parallelPartsRange, partSizeRange } from '../../src/core/transfer/multipart/partSizing';
import { fileSource } from '../../src/core/transfer/source/fileSource';
import { createCrc64 } from '../../src/core/oss/crc64';
import { startSandboxFixture, type SandboxFixture } from '../faults/sandboxFixture';
import { SlowLink } from '../sandbox/network/slowLink';
import { partBytes, partsAtATime } from './cases';
import { makeAliOss } from './contenders';
import { makeBuilds, type Builds } from './deltaPackages';

const roundTripMs = 50;
const bitsPerSecond = 20e6;
const { signal } = new AbortController();

/** One upload of a package over its previous build. */
export interface DeltaRow {
  readonly link: 'slow';
  readonly case: string;
  readonly contender: 'ali-oss-multipart' | 'ours-delta' | 'ours-whole';
  /** Size of the bodies that the server received, bytes. */
  readonly sentBytes: number;
  readonly totalBytes: number;
  readonly seconds: number;
}

const contenders = ['ours-delta', 'ours-whole', 'ali-oss-multipart'] as const;

/**
 * Uploads the second build over the first one on a slow link: 20 Mbit/s, 50 ms. The server is the sandbox, which copies
 * parts and computes CRC-64. @param only part of a case's name and its link, as in the other benchmarks
 */
export async function benchDeltas(only: string, folder: string): Promise<readonly DeltaRow[]> {
  const isWanted = (name: string): boolean => `${name} over slow`.includes(only);
  if (!isWanted('delta: ') && !'delta: Spring Boot layout over slow'.includes(only)) {
    return [];
  }
  const cache = path.resolve('out', 'bench', 'packages');
  await mkdir(cache, { recursive: true });
  const rows: DeltaRow[] = [];
  for (const builds of (await makeBuilds(cache, folder)).filter(({ name }) => isWanted(name))) {
    console.log(`\n${builds.name}, 20 Mbit/s, 50 ms`.padEnd(48), 'seconds  sent MB   share');
    for (const contender of contenders) {
      const row = await run(contender, builds);
      rows.push(row);
      const { seconds, sentBytes, totalBytes } = row;
      const share = `${((100 * sentBytes) / totalBytes).toFixed(1)} %`;
      const cells = [seconds.toFixed(2).padStart(7), (sentBytes / 1e6).toFixed(2).padStart(8)];
      console.log(`  ${contender.padEnd(45)}`, ...cells, share.padStart(7));
    }
    await printPlanning(builds.next);
  }
  return rows;
}

async function run(
  contender: DeltaRow['contender'],
  { name, old, next }: Builds,
): Promise<DeltaRow> {
  const fixture = await startSandboxFixture();
  const { sandbox, session } = fixture;
  const origin = new URL(sandbox.ossEndpoint);
  const slow = await SlowLink.start({
    roundTripMs,
    bitsPerSecond,
    target: { host: origin.hostname, port: Number(origin.port) },
  });
  try {
    const key = fixture.key('app.jar');
    const storageFolder = path.join(fixture.folder, 'store');
    const fast = fixture.createManager({ storageFolder });
    const upload = { accountId: 'bench', key, overwrite: true };
    await fast.upload({ ...upload, source: fileSource(old) }, { signal });
    await indexWritten(storageFolder);
    const endpoint = `http://127.0.0.1:${slow.address.port}`;
    const manager = fixture.createManager({
      storageFolder,
      session: withEndpoint(endpoint, session),
      settings: () => ({
        partSize: partSizeRange.defaultValue,
        parallelParts: parallelPartsRange.defaultValue,
        deltaUpload: contender === 'ours-delta',
      }),
    });
    const send =
      contender === 'ali-oss-multipart'
        ? await aliOss(endpoint, fixture, key, next)
        : () => manager.upload({ ...upload, source: fileSource(next) }, { signal });
    sandbox.requestLog.clear();
    const begin = performance.now();
    await send();
    const seconds = (performance.now() - begin) / 1000;
    const isEqual = (await sandbox.objects.read(key)).equals(await readFile(next));
    if (!isEqual) {
      throw new Error(`${contender} has stored other bytes.`);
    }
    const sentBytes = sandbox.requestLog.bytesReceived({ service: 'oss' });
    const { size: totalBytes } = await stat(next);
    return { link: 'slow', case: name, contender, sentBytes, totalBytes, seconds };
  } finally {
    await fixture.stop();
    await slow.stop();
  }
}

/** Waits for the index, which is written in the background. */
async function indexWritten(storageFolder: string): Promise<void> {
  const folder = path.join(storageFolder, 'chunks');
  while (!(await readdir(folder).catch(() => [])).some((name) => name.endsWith('.json'))) {
    await sleep(20);
  }
}

/** The session with a credential whose endpoints are those of the slow link. */
function withEndpoint(
  endpoint: string,
  session: CredentialSession,
): Pick<CredentialSession, 'current' | 'use'> {
  const changed = (credential: Credential): Credential => ({
    ...credential,
    endpoints: { public: endpoint, vpc: endpoint, internal: endpoint },
  });
  return {
    current: async (stop) => changed(await session.current(stop)),
    use: (action, stop) => session.use((credential) => action(changed(credential)), stop),
  };
}

async function aliOss(
  endpoint: string,
  { session }: SandboxFixture,
  key: string,
  file: string,
): Promise<() => Promise<unknown>> {
  const { accessKeyId, accessKeySecret, securityToken, bucket } = await session.current(signal);
  const client = await makeAliOss({
    endpoint,
    bucket,
    accessKeyId,
    accessKeySecret: accessKeySecret.reveal(),
    stsToken: securityToken.reveal(),
  });
  return () => client.multipartUpload(key, file, { partSize: partBytes, parallel: partsAtATime });
}

/** Prints the time to cut a file in memory into chunks and to compute its CRC-64. */
async function printPlanning(file: string): Promise<void> {
  const bytes = await readFile(file);
  const crc64 = await createCrc64();
  const before = process.memoryUsage().heapUsed;
  const begin = performance.now();
  const cutter = new ChunkCutter(averageChunkBytes(bytes.length));
  for (let start = 0; start < bytes.length; start += 512 * 1024) {
    const slice = bytes.subarray(start, start + 512 * 1024);
    crc64.update(slice);
    cutter.update(slice);
  }
  const chunks = cutter.finish().length;
  const per100MB = ((performance.now() - begin) / 1000 / bytes.length) * 100e6;
  const heap = ((process.memoryUsage().heapUsed - before) / 1e6).toFixed(1);
  console.log(
    `  planning: ${per100MB.toFixed(2)} s per 100 MB, ${chunks} chunks, ${heap} MB of heap`,
  );
}
