import type { Transfer, TransferManager } from '../../core/transfer/manager';
import type { Disposable } from '../../core/util/disposable';

/**
 * Calls the listener with each upload that succeeds from now on; not with those that the list remembers from earlier.
 *
 * @param states of the uploads that are followed: `otherWindow` includes those of other windows
 */
export function onUploaded(
  manager: Pick<TransferManager, 'onDidChange'>,
  listener: (transfer: Transfer) => void,
  states: readonly Transfer['state'][] = ['running'],
): Disposable {
  const running = new Set<string>();
  return manager.onDidChange(({ id, transfer }) => {
    if (transfer !== undefined && states.includes(transfer.state)) {
      running.add(id);
    } else if (running.delete(id) && transfer?.state === 'done') {
      listener(transfer);
    }
  });
}
