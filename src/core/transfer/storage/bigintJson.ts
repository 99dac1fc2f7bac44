import { isString } from '../../util/shape';

/** For `JSON.stringify`, which knows no bigints. */
export function replaceBigint(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

/** For `JSON.parse`: the bigints are the members named `crc64`. */
export function reviveBigint(name: string, value: unknown): unknown {
  return name === 'crc64' && isString(value) && /^\d{1,20}$/.test(value) ? BigInt(value) : value;
}
