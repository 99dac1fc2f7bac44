import type { Credential } from '../../core/edas/credential';
import type { Transfer } from '../../core/transfer/engine';

/** So many objects are offered. */
const most = 20;

/** Keys of what was uploaded to the credential's package prefix, the latest first, each once. */
export function recentKeys(
  transfers: readonly Transfer[],
  { bucket, keyPrefix }: Pick<Credential, 'bucket' | 'keyPrefix'>,
): readonly string[] {
  const keys = transfers
    .filter(({ result, key }) => result?.bucket === bucket && key.startsWith(`${keyPrefix}/`))
    .map(({ key }) => key);
  return [...new Set(keys)].slice(0, most);
}
