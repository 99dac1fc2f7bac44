import type { ClientRequest } from 'node:http';

/** A gateway may send one, such as 103 Early Hints; nobody has a reason to send more to us. */
const maxInformation = 1;

/** Calls `refuse` when a server sends informational (1xx) responses again and again: none of them ends the request. */
export function limitInformation(outgoing: ClientRequest, refuse: () => void): void {
  let count = 0;
  outgoing.on('information', () => {
    if (++count > maxInformation) {
      refuse();
    }
  });
}
