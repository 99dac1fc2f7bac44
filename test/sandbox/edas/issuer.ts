import { randomBytes, randomInt } from 'node:crypto';

import type { ServiceClock } from '../server/clock';

/** STS keys that EDAS issues, with the prefix that their policy allows. */
export interface IssuedCredential {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
  readonly keyPrefix: string;
  /** Service's time, ms since 1970. */
  expiresAt: number;
}

/** Issues STS keys for EDAS, and looks them up for OSS. */
export class CredentialIssuer {
  private readonly issued = new Map<string, IssuedCredential>();

  constructor(private readonly clock: ServiceClock) {}

  issue(keyPrefix: string, seconds: number): IssuedCredential {
    const credential: IssuedCredential = {
      accessKeyId: `STS.N${letters(24)}`,
      accessKeySecret: letters(44),
      // As long as a real one, with characters that must be encoded in URLs and headers.
      securityToken: `CAIS${randomBytes(478).toString('base64')}`,
      keyPrefix,
      // EDAS prints whole seconds.
      expiresAt: Math.floor(this.clock.now() / 1000 + seconds) * 1000,
    };
    this.issued.set(credential.accessKeyId, credential);
    return credential;
  }

  find(accessKeyId: string): IssuedCredential | undefined {
    return this.issued.get(accessKeyId);
  }

  findToken(securityToken: string): IssuedCredential | undefined {
    return [...this.issued.values()].find((issued) => issued.securityToken === securityToken);
  }

  isExpired(credential: IssuedCredential): boolean {
    return this.clock.now() >= credential.expiresAt;
  }

  /** Expires the keys (default: all that were issued). */
  expire(credentials: Iterable<IssuedCredential> = this.issued.values()): void {
    for (const credential of credentials) credential.expiresAt = this.clock.now() - 1000;
  }
}

const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789';

function letters(count: number): string {
  return Array.from({ length: count }, () => alphabet[randomInt(alphabet.length)]).join('');
}
