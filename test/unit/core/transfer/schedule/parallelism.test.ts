import assert from 'node:assert/strict';
import { Parallelism } from '../../../../../src/core/transfer/schedule/parallelism';

const mebibyte = 1024 * 1024;
/** 1 Mbit/s in bytes per ms. */
const mbit = 125;

/** A simulated network. Requests share its capacity equally, up to the limit of one connection. */
interface Network {
  /** Duration of a small request, ms. */
  readonly firstMs: number;
  /** Bytes per ms. */
  readonly capacity: number;
  readonly perConnection: number;
  /** Maximum random deviation of a part's speed, as a fraction. */
  readonly noise?: number;
}

class Simulation {
  readonly parallelism: Parallelism;
  time = 0;
  /** The number of parallel parts after each acknowledged part. */
  readonly levels: number[] = [];
  #seed = 1;
  #inFlight: { left: number; readonly factor: number }[] = [];

  private constructor(limit: number) {
    this.parallelism = new Parallelism(limit, () => this.time);
  }

  static async start(limit: number, { firstMs }: Network): Promise<Simulation> {
    const simulation = new Simulation(limit);
    await simulation.parallelism.probe(async () => {
      simulation.time += firstMs;
      return Promise.resolve();
    });
    return simulation;
  }

  /** Sends parts of 1 MiB. @returns the goodput, bytes per ms */
  send(parts: number, network: Network): number {
    const startedAt = this.time;
    let sentBytes = 0;
    for (let sent = 0; sent < parts; sent += 1) {
      while (this.#inFlight.length < this.parallelism.level()) {
        const noise = (network.noise ?? 0) * (this.#random() - 0.5) * 2;
        this.#inFlight.push({ left: mebibyte, factor: 1 + noise });
      }
      const speed = Math.min(network.perConnection, network.capacity / this.#inFlight.length);
      const durations = this.#inFlight.map(({ left, factor }) => left / (speed * factor));
      const passed = Math.min(...durations);
      this.time += passed;
      for (const part of this.#inFlight) {
        const bytes = passed * speed * part.factor;
        part.left -= bytes;
        sentBytes += bytes;
        this.parallelism.sent(bytes);
      }
      const done = durations.indexOf(passed);
      this.#inFlight = this.#inFlight.toSpliced(done, 1);
      this.levels.push(this.parallelism.level());
    }
    return sentBytes / (this.time - startedAt);
  }

  /** A pseudo-random number; the sequence is the same in each run. */
  #random(): number {
    this.#seed = (this.#seed * 48_271) % 2_147_483_647;
    return this.#seed / 2_147_483_647;
  }
}

const unlimited = Number.POSITIVE_INFINITY;
/** Name, network, initial number of parts, minimum goodput of 512 parts as a fraction of the maximum. */
const networks: readonly (readonly [string, Network, number, number])[] = [
  ['slow', { firstMs: 60, capacity: 10 * mbit, perConnection: unlimited }, 8, 0.99],
  ['low-latency', { firstMs: 20, capacity: 100 * mbit, perConnection: unlimited }, 4, 0.99],
  ['fast, low-latency', { firstMs: 1, capacity: 8000 * mbit, perConnection: unlimited }, 4, 0.99],
  ['lossy', { firstMs: 100, capacity: 100 * mbit, perConnection: 7 * mbit }, 13, 0.9],
  ['lossy, low-latency', { firstMs: 20, capacity: 300 * mbit, perConnection: 25 * mbit }, 4, 0.8],
  ['high-latency', { firstMs: 400, capacity: 100 * mbit, perConnection: 40 * mbit }, 16, 0.95],
  ['lossy, high-latency', { firstMs: 400, capacity: 900 * mbit, perConnection: mbit }, 16, 0.9],
];

describe('Parallelism', () => {
  for (const [name, network, initialLevel, minFraction] of networks) {
    for (const noise of [0, 0.2]) {
      it(`uses the capacity of a ${name} network when part speeds vary by ${noise * 100}%`, async () => {
        const simulation = await Simulation.start(16, network);
        assert.equal(simulation.parallelism.level(), initialLevel);
        const goodput = simulation.send(512, { ...network, noise });
        const reachable = Math.min(network.capacity, 16 * network.perConnection);
        assert.ok(goodput > minFraction * reachable * (1 - noise / 2), `${goodput / reachable}`);
        assert.ok(simulation.levels.every((level) => level >= 4 && level <= 16));
      });
    }
  }

  it('increases when connections become lossy, and decreases when bandwidth drops', async () => {
    const fast: Network = { firstMs: 100, capacity: 100 * mbit, perConnection: unlimited };
    const simulation = await Simulation.start(16, fast);
    simulation.send(1024, fast);
    const before = simulation.parallelism.level();
    simulation.send(1024, { ...fast, perConnection: 6 * mbit });
    const lossyLevel = simulation.parallelism.level();
    simulation.send(1024, { ...fast, capacity: 20 * mbit });
    const narrowLevel = simulation.parallelism.level();
    assert.ok(
      before <= 6 && lossyLevel >= 12 && narrowLevel <= 6,
      [before, lossyLevel, narrowLevel].join(),
    );
  });

  it('never exceeds the limit, and is below four only when the limit is', async () => {
    for (const limit of [1, 3, 6]) {
      const network: Network = { firstMs: 1000, capacity: 900 * mbit, perConnection: mbit };
      const simulation = await Simulation.start(limit, network);
      simulation.send(100, network);
      assert.equal(Math.max(...simulation.levels), limit);
      assert.ok(Math.min(...simulation.levels) >= Math.min(4, limit));
    }
  });

  it('decreases to four when each connection is fast, even after a slow first request', async () => {
    const network: Network = { firstMs: 100, capacity: 8000 * mbit, perConnection: unlimited };
    const simulation = await Simulation.start(16, network);
    simulation.send(4096, { ...network, noise: 0.2 });
    assert.equal(simulation.parallelism.level(), 4);
  });

  it('is at most four while other transfers wait', async () => {
    const simulation = await Simulation.start(16, { firstMs: 400, capacity: 1, perConnection: 1 });
    assert.equal(simulation.parallelism.level(true), 4);
    assert.equal(simulation.parallelism.level(), 16);
  });
});
