/**
 * The arithmetic of CRC-64/XZ over GF(2): a CRC is a polynomial of degree below 64 modulo P, written reflected, so
 * that the highest bit is the coefficient of x^0. Two unsigned 32-bit halves, because BigInt is twenty times slower here.
 */
interface Polynomial {
  readonly high: number;
  readonly low: number;
}

/** P = 0x42F0E1EBA9EA3693, reflected, without its x^64. */
const modulus: Polynomial = { high: 0xc96c5795, low: 0xd7870f42 };
const one: Polynomial = { high: 0x80000000, low: 0 };

/** a · b modulo P. */
function multiply(a: Polynomial, b: Polynomial): Polynomial {
  let { high, low } = b;
  let productHigh = 0;
  let productLow = 0;
  for (let bit = 0; bit < 64; bit++) {
    const chosen = bit < 32 ? (a.high >>> (31 - bit)) & 1 : (a.low >>> (63 - bit)) & 1;
    // -1 or 0 as a mask instead of a branch that no processor can predict.
    productHigh ^= high & -chosen;
    productLow ^= low & -chosen;
    const carry = -(low & 1);
    low = ((low >>> 1) | (high << 31)) ^ (modulus.low & carry);
    high = (high >>> 1) ^ (modulus.high & carry);
  }
  return { high: productHigh >>> 0, low: productLow >>> 0 };
}

/** x^8: what appending one byte multiplies a CRC with. */
const byteFactor: Polynomial = { high: 0x00800000, low: 0 };

/** x^(8·length) modulo P, by squaring. */
function factorOf(length: number): Polynomial {
  let factor = one;
  let power = byteFactor;
  // Division, because a length may have more than 32 bits.
  for (let rest = length; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) {
      factor = multiply(factor, power);
    }
    power = multiply(power, power);
  }
  return factor;
}

/**
 * The CRC-64 of two byte strings one after the other, from the CRC of each.
 * @param lengthOfB length of the second, bytes: a whole number from 0 to 2^53 - 1
 * @throws RangeError for another length
 */
export function combineCrc64(a: bigint, b: bigint, lengthOfB: number): bigint {
  if (!Number.isSafeInteger(lengthOfB) || lengthOfB < 0) {
    throw new RangeError(`not a length: ${lengthOfB}`);
  }
  const crc = { high: Number(a >> 32n), low: Number(a & 0xffffffffn) };
  const { high, low } = multiply(factorOf(lengthOfB), crc);
  return ((BigInt(high) << 32n) | BigInt(low)) ^ b;
}
