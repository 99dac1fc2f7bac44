import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { ClientRequest } from 'node:http';
import { sendBody } from '../../../../src/core/http/requestBody';

/** A request whose response arrives during the nth write, before that write calls back. */
class FakeRequest extends EventEmitter {
  readonly destroyed = false;
  writes = 0;
  hasEnded = false;

  constructor(private readonly respondsAtWrite: number) {
    super();
  }

  write(_piece: Uint8Array, done: () => void): void {
    this.writes += 1;
    if (this.writes === this.respondsAtWrite) {
      this.emit('response');
    }
    setImmediate(done);
  }

  end(): void {
    this.hasEnded = true;
  }
}

/** Two slices of 256 KiB. */
const body = new Uint8Array(512 * 1024);

describe('sendBody', () => {
  const send = (outgoing: FakeRequest): Promise<boolean> =>
    sendBody(outgoing as unknown as ClientRequest, body);

  it('reports the body as sent when the response arrives during the last write', async () => {
    const outgoing = new FakeRequest(2);
    assert.equal(await send(outgoing), true);
    assert.equal(outgoing.hasEnded, true);
  });

  it('stops when the response arrives before the whole body is written', async () => {
    const outgoing = new FakeRequest(1);
    assert.equal(await send(outgoing), false);
    assert.deepEqual([outgoing.writes, outgoing.hasEnded], [1, false]);
  });
});
