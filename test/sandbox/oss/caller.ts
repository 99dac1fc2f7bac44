import type { CredentialIssuer, IssuedCredential } from '../edas/issuer';
import type { SandboxKey } from '../options';
import { parseIsoTime, toleranceMs, type ServiceClock } from '../server/clock';
import { ServiceError } from '../server/errors';
import type { Exchange } from '../server/exchange';
import { checkSignature, readClaim, type Claim } from './signature';
import type { Target } from './target';

/** The keys that may sign requests to OSS: those that EDAS issued, and those of the accounts (which own no object). */
export class Callers {
  constructor(
    private readonly issuer: CredentialIssuer,
    private readonly keys: readonly SandboxKey[],
    private readonly clock: ServiceClock,
    private readonly region: string,
  ) {}

  /** Returns the caller's STS keys, or undefined for anonymous requests and accounts. Throws OSS's error. */
  identify(exchange: Exchange, target: Target): IssuedCredential | undefined {
    const claim = readClaim(exchange, target);
    if (!claim) return undefined;
    this.checkTime(claim);
    if (claim.region !== this.region)
      throw new ServiceError(
        400,
        'InvalidArgument',
        'Invalid signing region in Authorization header.',
      );
    if (claim.product !== 'oss')
      throw new ServiceError(
        400,
        'InvalidArgument',
        'Invalid signing product in Authorization header.',
      );
    const issued = this.issuer.find(claim.accessKeyId);
    const key = this.keys.find(({ id }) => id === claim.accessKeyId);
    if ((!issued && !key) || (issued && claim.securityToken === undefined))
      throw denied(
        'InvalidAccessKeyId',
        'The OSS Access Key Id you provided does not exist in our records.',
        {
          ec: claim.securityToken === undefined ? '0002-00000902' : '0002-00000002',
          elements: { OSSAccessKeyId: claim.accessKeyId },
        },
      );
    this.checkToken(claim, issued);
    checkSignature(exchange, target, claim, (issued?.accessKeySecret ?? key?.secret)!);
    return issued;
  }

  private checkToken(claim: Claim, issued: IssuedCredential | undefined): void {
    if (claim.securityToken === undefined) return;
    if (claim.securityToken !== issued?.securityToken)
      throw denied('InvalidSecurityToken', 'The security token you provided is invalid.', {
        ec: '0002-00000004',
      });
    if (this.issuer.isExpired(issued))
      throw denied('SecurityTokenExpired', 'The security token you provided has expired.', {
        ec: '0002-00000007',
      });
  }

  private checkTime(claim: Claim): void {
    const time = claim.date === undefined ? undefined : parseIsoTime(claim.date);
    if (time === undefined || claim.date!.includes('-'))
      throw denied('AccessDenied', 'OSS authentication requires a valid Date.', {
        ec: '0002-00000505',
      });
    if (!claim.date!.startsWith(claim.day))
      throw new ServiceError(
        400,
        'InvalidArgument',
        'Invalid signing date in Authorization header.',
      );
    const now = this.clock.now();
    if (claim.expires === undefined) {
      if (Math.abs(now - time) > toleranceMs) throw skewed(time, now);
      return;
    }
    const seconds = Number(claim.expires);
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > 604_800)
      throw new ServiceError(
        400,
        'InvalidArgument',
        'x-oss-expires must be between 1 and 604800 seconds.',
      );
    if (time - now > toleranceMs)
      throw denied('AccessDenied', 'Request is not valid yet.', { ec: '0002-00000235' });
    if (now > time + seconds * 1000)
      throw denied('AccessDenied', 'Request has expired.', {
        elements: {
          Expires: new Date(time + seconds * 1000).toISOString(),
          ServerTime: new Date(now).toISOString(),
        },
      });
  }
}

function skewed(time: number, now: number): ServiceError {
  return denied(
    'RequestTimeTooSkewed',
    'The difference between the request time and the current time is too large.',
    {
      ec: '0002-00000504',
      elements: {
        MaxAllowedSkewMilliseconds: `${toleranceMs}`,
        RequestTime: new Date(time).toISOString(),
        ServerTime: new Date(now).toISOString(),
      },
    },
  );
}

function denied(code: string, message: string, more: ServiceError['more']): ServiceError {
  return new ServiceError(403, code, message, more);
}
