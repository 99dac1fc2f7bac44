import type { Credential } from '../../core/alibaba/edas/credential';
import type { Transfer } from '../../core/transfer/manager';

/** How many objects are offered. */
const maxKeys = 20;

/**
 * Keys under the credential's package prefix that were uploaded, or that existed already when an upload was tried: the
 * latest first, each once.
 */
export function recentKeys(
  transfers: readonly Transfer[],
  { bucket, keyPrefix }: Pick<Credential, 'bucket' | 'keyPrefix'>,
): readonly string[] {
  const keys = transfers
    .filter(({ result, error }) =>
      result === undefined ? error?.code === 'oss.objectExists' : result.bucket === bucket,
    )
    .map(({ key }) => key)
    .filter((key) => key.startsWith(`${keyPrefix}/`));
  return [...new Set(keys)].slice(0, maxKeys);
}
