import type { Credential } from '../../core/alibaba/edas/credential';
import type { Transfer } from '../../core/transfer/manager';

/** So many objects are offered. */
const most = 20;

/**
 * Keys of what was uploaded to the credential's package prefix, or was in the way of an upload there: the latest first,
 * each once.
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
  return [...new Set(keys)].slice(0, most);
}
