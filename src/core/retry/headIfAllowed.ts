import { hasCode } from '../errors/catalogue';
import type { ObjectHead, OssClient, OssTarget } from '../oss/client';
import { realTiming, type Timing } from '../util/timing';
import type { Log } from '../util/log';
import { readPolicy } from './readPolicy';

export interface HeadDeps {
  readonly oss: Pick<OssClient, 'headObject'>;
  readonly log: Log;
  readonly timing?: Timing;
}

/**
 * What is known of an object: undefined when there is none, `denied` when the credential may not read. A credential need
 * not be allowed to read in order to upload.
 * @throws what else OSS refuses it with
 */
export async function headIfAllowed(
  { oss, log, timing = realTiming }: HeadDeps,
  target: OssTarget,
  key: string,
  signal?: AbortSignal,
): Promise<ObjectHead | 'denied' | undefined> {
  try {
    return await readPolicy({ timing, log }).run(() => oss.headObject(target, key, signal), signal);
  } catch (error) {
    if (hasCode(error, 'oss.accessDenied')) {
      return 'denied';
    }
    throw error;
  }
}
