import { randomBytes, randomInt } from 'node:crypto';

import type { ServiceClock } from '../server/clock';

/** STS keys as EDAS gives them out, with what their policy allows. */
export interface IssuedCredential {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
  readonly keyPrefix: string;
  /** Service's time, ms since 1970. */
  expiresAt: number;
}

/** Gives out STS keys and knows them again. EDAS issues, OSS asks. */
export class CredentialIssuer {
  private readonly issued = new Map<string, IssuedCredential>();

  constructor(private readonly clock: ServiceClock) {}

  issue(keyPrefix: string, seconds: number): IssuedCredential {
    const credential: IssuedCredential = {
      accessKeyId: `STS.N${letters(24)}`,
      accessKeySecret: letters(44),
      // As long as a real one, with the characters that go wrong in URLs and headers.
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

  /** From now on the keys (default: all that were given out) count as expired. */
  expire(credentials: Iterable<IssuedCredential> = this.issued.values()): void {
    for (const credential of credentials) credential.expiresAt = this.clock.now() - 1000;
  }
}

const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789';

function letters(count: number): string {
  return Array.from({ length: count }, () => alphabet[randomInt(alphabet.length)]).join('');
}
