import { createHmac } from 'node:crypto';
import type { Secret } from '../util/secret';

/** The scope of an OSS4 signing key: one day, one region, one product. */
export interface Oss4Scope {
  /** yyyyMMdd, UTC. */
  readonly day: string;
  /** For instance `cn-hangzhou`. */
  readonly region: string;
  /** `oss`, or `oss-cloudbox`. */
  readonly product: string;
}

/** `<day>/<region>/<product>/aliyun_v4_request` */
export function scopeText({ day, region, product }: Oss4Scope): string {
  return `${day}/${region}/${product}/aliyun_v4_request`;
}

/** Derives the signing key, and caches the last one: a transfer signs thousands of requests with it. */
export class SigningKeys {
  #last: { readonly secret: Secret; readonly scope: string; readonly key: Buffer } | undefined;

  keyFor(secret: Secret, scope: Oss4Scope): Buffer {
    const text = scopeText(scope);
    if (this.#last?.scope !== text || !this.#last.secret.equals(secret)) {
      this.#last = { secret, scope: text, key: derive(secret, scope) };
    }
    return this.#last.key;
  }
}

/** Source: "Recommend to use signature version 4", calculation of the signing key. */
function derive(secret: Secret, { day, region, product }: Oss4Scope): Buffer {
  return [day, region, product, 'aliyun_v4_request'].reduce<Buffer>(
    (key, step) => createHmac('sha256', key).update(step).digest(),
    Buffer.from(`aliyun_v4${secret.reveal()}`),
  );
}
