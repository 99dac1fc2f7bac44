import assert from 'node:assert/strict';
import { Parallelism } from '../../../../../src/core/transfer/schedule/parallelism';

const mebibyte = 1024 * 1024;
/** Bytes per ms of one Mbit/s. */
const mbit = 125;

/**
 * A simulated network. Its requests share the capacity equally, and none gets more than the limit of one connection.
 */
interface Network {
  /** Duration of a small request, ms. */
  readonly firstMs: number;
  /** Bytes per ms. */
  readonly capacity: number;
  readonly perConnection: number;
  /** By how much the speed of a part differs by chance, as a share. */
  readonly noise?: number;
}

class Simulation {
  readonly parallelism: Parallelism;
  time = 0;
  /** After each acknowledged part. */
  readonly levels: number[] = [];
  #chance = 1;
  #inFlight: { left: number; readonly factor: number }[] = [];

  private constructor(most: number) {
    this.parallelism = new Parallelism(most, () => this.time);
  }

  static async start(most: number, { firstMs }: Network): Promise<Simulation> {
    const simulation = new Simulation(most);
    await simulation.parallelism.probe(async () => {
      simulation.time += firstMs;
      return Promise.resolve();
    });
    return simulation;
  }

  /** Sends so many parts of 1 MiB. @returns the goodput, bytes per ms */
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

  /** The same numbers in each run. */
  #random(): number {
    this.#chance = (this.#chance * 48_271) % 2_147_483_647;
    return this.#chance / 2_147_483_647;
  }
}

const free = Number.POSITIVE_INFINITY;
/** name, network, requests at the start, least goodput of 512 parts as a share of what can be reached */
const networks: readonly (readonly [string, Network, number, number])[] = [
  ['slow', { firstMs: 60, capacity: 10 * mbit, perConnection: free }, 8, 0.99],
  ['near and full', { firstMs: 20, capacity: 100 * mbit, perConnection: free }, 4, 0.99],
  ['fast and near', { firstMs: 1, capacity: 8000 * mbit, perConnection: free }, 4, 0.99],
  ['lossy', { firstMs: 100, capacity: 100 * mbit, perConnection: 7 * mbit }, 13, 0.9],
  ['near and lossy', { firstMs: 20, capacity: 300 * mbit, perConnection: 25 * mbit }, 4, 0.8],
  ['distant', { firstMs: 400, capacity: 100 * mbit, perConnection: 40 * mbit }, 16, 0.95],
  ['distant and lossy', { firstMs: 400, capacity: 900 * mbit, perConnection: mbit }, 16, 0.9],
];

describe('The number of parts in flight', () => {
  for (const [name, network, first, share] of networks) {
    for (const noise of [0, 0.2]) {
      it(`fits a network that is ${name}, parts differing by ${noise * 100} %`, async () => {
        const simulation = await Simulation.start(16, network);
        assert.equal(simulation.parallelism.level(), first);
        const goodput = simulation.send(512, { ...network, noise });
        const reachable = Math.min(network.capacity, 16 * network.perConnection);
        assert.ok(goodput > share * reachable * (1 - noise / 2), `${goodput / reachable}`);
        assert.ok(simulation.levels.every((level) => level >= 4 && level <= 16));
      });
    }
  }

  it('grows when connections become lossy, and falls when the network becomes narrow', async () => {
    const full: Network = { firstMs: 100, capacity: 100 * mbit, perConnection: free };
    const simulation = await Simulation.start(16, full);
    simulation.send(1024, full);
    const before = simulation.parallelism.level();
    simulation.send(1024, { ...full, perConnection: 6 * mbit });
    const lossy = simulation.parallelism.level();
    simulation.send(1024, { ...full, capacity: 20 * mbit });
    const narrow = simulation.parallelism.level();
    assert.ok(before <= 6 && lossy >= 12 && narrow <= 6, [before, lossy, narrow].join());
  });

  it('is never above the limit, and below four only when the limit is', async () => {
    for (const most of [1, 3, 6]) {
      const network: Network = { firstMs: 1000, capacity: 900 * mbit, perConnection: mbit };
      const simulation = await Simulation.start(most, network);
      simulation.send(100, network);
      assert.equal(Math.max(...simulation.levels), most);
      assert.ok(Math.min(...simulation.levels) >= Math.min(4, most));
    }
  });

  it('is four where each carries much, however long the first request took', async () => {
    const network: Network = { firstMs: 100, capacity: 8000 * mbit, perConnection: free };
    const simulation = await Simulation.start(16, network);
    simulation.send(4096, { ...network, noise: 0.2 });
    assert.equal(simulation.parallelism.level(), 4);
  });

  it('is four at most while other transfers wait', async () => {
    const simulation = await Simulation.start(16, { firstMs: 400, capacity: 1, perConnection: 1 });
    assert.equal(simulation.parallelism.level(true), 4);
    assert.equal(simulation.parallelism.level(), 16);
  });
});
