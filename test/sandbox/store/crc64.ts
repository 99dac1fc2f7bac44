import { createCRC64 } from 'hash-wasm';

/** CRC-64/XZ as OSS prints it, computed by hash-wasm and combined with the matrix method of zlib's crc32_combine. */
export interface Crc64 {
  update(bytes: Uint8Array): void;
  /** The value; the object must not be used afterwards. */
  take(): bigint;
}

type Hasher = Awaited<ReturnType<typeof createCRC64>>;
const idle: Hasher[] = [];

export async function startCrc64(): Promise<Crc64> {
  const hasher = idle.pop() ?? (await createCRC64());
  hasher.init();
  return {
    update: (bytes) => void hasher.update(bytes),
    take: () => {
      const value = BigInt(`0x${hasher.digest('hex')}`);
      idle.push(hasher);
      return value;
    },
  };
}

const polynomial = 0xc96c5795d7870f42n;
type Matrix = readonly bigint[];
const operators = new Map<number, Matrix>();

/** CRC-64 of `a` followed by `b`, from their CRCs and the length of `b` in bytes. */
export function joinCrc64(crcOfA: bigint, crcOfB: bigint, lengthOfB: number): bigint {
  if (lengthOfB === 0) return crcOfA;
  let operator = operators.get(lengthOfB);
  if (!operator) operators.set(lengthOfB, (operator = zerosOperator(lengthOfB)));
  return times(operator, crcOfA) ^ crcOfB;
}

/** The effect of so many zero bytes on a CRC register, as a 64 × 64 matrix over GF(2); column n is the image of bit n. */
function zerosOperator(bytes: number): Matrix {
  const oneBit: Matrix = Array.from({ length: 64 }, (_, n) =>
    n === 0 ? polynomial : 1n << BigInt(n - 1),
  );
  let power = square(square(square(oneBit))); // one byte
  let result: Matrix = Array.from({ length: 64 }, (_, n) => 1n << BigInt(n));
  for (let left = BigInt(bytes); left > 0n; left >>= 1n) {
    if (left & 1n) result = multiply(power, result);
    power = square(power);
  }
  return result;
}

const square = (matrix: Matrix) => multiply(matrix, matrix);
const multiply = (a: Matrix, b: Matrix) => b.map((column) => times(a, column));

function times(matrix: Matrix, vector: bigint): bigint {
  let sum = 0n;
  for (let n = 0; vector > 0n; n++, vector >>= 1n) if (vector & 1n) sum ^= matrix[n]!;
  return sum;
}
