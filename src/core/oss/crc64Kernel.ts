import code from './crc64.wat';

/** What `crc64.wat` exports, and describes. Addresses and lengths are bytes of its memory. */
interface Kernel {
  readonly memory: WebAssembly.Memory;
  slice(at: number, length: number, register: bigint): bigint;
  fold(at: number, length: number, from: number, to: number): void;
}

/** Bytes that one step folds. */
const step = 16;
/** The longest distance, in bytes, and the same in whole steps. */
const reach = 3864;
const windowBytes = 3872;
/** How much is folded at once, bytes: with all that it reads, this fits into a processor's nearest caches. */
const pieceBytes = 32 * 1024;
/** Shorter inputs gain nothing by folding. Bytes. */
const leastToFold = 3 * reach;

/** Where things are in the memory: what was folded last, what is folded now, and the input. */
const window = 0x4000;
const folded = window + windowBytes;
const input = folded + pieceBytes;

let loading: Promise<Crc64Kernel> | undefined;

/** One instance for all: each call is synchronous. */
export function loadCrc64Kernel(): Promise<Crc64Kernel> {
  return (loading ??= WebAssembly.instantiate(code).then(
    ({ instance }) => new Crc64Kernel(instance.exports as unknown as Kernel),
  ));
}

/**
 * CRC-64/XZ at several times the speed of tables, after S. Russell, "Chorba: A novel CRC32 implementation" (arXiv
 * 2412.16398), here for 64 bits.
 *
 * A message is a polynomial over GF(2), its first byte the highest, and its CRC the remainder modulo P. This multiple
 * of P, found by search, has only eight terms:
 *
 *     x^3864 + x^2804 + x^2289 + x^909 + x^392 + x^383 + x^33 + 1
 *
 * Squaring keeps a sum over GF(2) a sum of the same terms squared, so the same holds with eight times the exponents,
 * where they count bytes instead of bits. So any byte may be taken out of a message if it is XORed into the bytes
 * 1060 (3864 - 2804), 1575, … and 3864 places further on: seven XORs for 16 bytes at a time, and no table. That goes
 * on until less than the longest distance is left, and only this rest goes through the tables.
 */
export class Crc64Kernel {
  readonly #kernel: Kernel;
  readonly #memory: Uint8Array;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#memory = new Uint8Array(kernel.memory.buffer);
    fillTables(new BigUint64Array(kernel.memory.buffer, 0, 8 * 256));
  }

  /** @returns the register after these bytes, signed or not */
  update(register: bigint, bytes: Uint8Array): bigint {
    if (bytes.length >= leastToFold) {
      return this.#fold(register, bytes);
    }
    this.#memory.set(bytes, input);
    return this.#kernel.slice(input, bytes.length, register);
  }

  #fold(register: bigint, bytes: Uint8Array): bigint {
    const kernel = this.#kernel;
    const memory = this.#memory;
    const end = bytes.length - reach - ((bytes.length - reach) % step);
    memory.fill(0, window, folded);
    for (let start = 0; start < end; start += pieceBytes) {
      const size = Math.min(pieceBytes, end - start);
      memory.set(bytes.subarray(start, start + size), input);
      if (start === 0) {
        const view = new DataView(memory.buffer, input);
        view.setBigInt64(0, view.getBigInt64(0, true) ^ BigInt.asIntN(64, register), true);
      }
      kernel.fold(input, size, folded - reach, folded);
      memory.copyWithin(window, window + size, folded + size);
    }
    // The rest is not folded: it only receives what was folded into it.
    const rest = bytes.subarray(end);
    memory.set(rest, input);
    memory.fill(0, folded, folded + windowBytes);
    kernel.fold(input, windowBytes, folded - reach, input);
    return kernel.slice(input, rest.length, 0n);
  }
}

function fillTables(tables: BigUint64Array): void {
  const polynomial = 0xc96c5795d7870f42n;
  for (let byte = 0; byte < 256; byte++) {
    let register = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) {
      register = (register >> 1n) ^ (register & 1n ? polynomial : 0n);
    }
    tables[byte] = register;
  }
  for (let at = 256; at < tables.length; at++) {
    const register = tables[at - 256] ?? 0n;
    tables[at] = (register >> 8n) ^ (tables[Number(register & 0xffn)] ?? 0n);
  }
}
