import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { ClientRequest } from 'node:http';
import { sendBody } from '../../../../src/core/http/requestBody';

/** A request whose answer comes with the nth write, before that write calls back. */
class Outgoing extends EventEmitter {
  readonly destroyed = false;
  writes = 0;
  hasEnded = false;

  constructor(private readonly answeredAt: number) {
    super();
  }

  write(_piece: Uint8Array, done: () => void): void {
    this.writes += 1;
    if (this.writes === this.answeredAt) {
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
  const send = (outgoing: Outgoing): Promise<boolean> =>
    sendBody(outgoing as unknown as ClientRequest, body);

  it('has sent the whole body also when the response comes before the last write is done', async () => {
    const outgoing = new Outgoing(2);
    assert.equal(await send(outgoing), true);
    assert.equal(outgoing.hasEnded, true);
  });

  it('stops when the response comes before the whole body was written', async () => {
    const outgoing = new Outgoing(1);
    assert.equal(await send(outgoing), false);
    assert.deepEqual([outgoing.writes, outgoing.hasEnded], [1, false]);
  });
});
