import { hasCode, type CodedError } from '../errors/catalogue';

/**
 * What to do about a failure: `again` soon; wait until there is a way to the server again (`offline`); give up
 * (`final`), because the next try would end the same.
 */
export type RetryClass = 'again' | 'offline' | 'final';

/** Codes that call for another try. All others are final: the refusal stands, or the source or the answer is wrong. */
const verdicts: Readonly<Record<string, RetryClass>> = {
  'network.reset': 'again',
  'network.stalled': 'again',
  'network.nameNotResolved': 'offline',
  'network.refused': 'offline',
  'network.unreachable': 'offline',
  'oss.serverFault': 'again',
  'oss.throttled': 'again',
  'oss.bodyDamaged': 'again',
  'transfer.crcMismatch': 'again',
  // The session renewed the credential and tried once more; that one may have been short-lived too.
  'oss.tokenExpired': 'again',
  // The client set the clock and tried once more; a computer that just woke up may need it twice.
  'oss.clockSkewed': 'again',
  // The credential is renewed on the way.
  'edas.serverFault': 'again',
  'edas.throttled': 'again',
};

export function classify(error: unknown): RetryClass {
  if (!hasCode(error)) {
    return 'final';
  }
  if (error.code === 'network.proxyRefused') {
    return ofProxy(error);
  }
  if (error.code === 'answer.notUnderstood') {
    // Rubbish under a status of success or of a fault may be a mishap; a refusal that is no OSS answer will stay.
    return isRefusal(error) ? 'final' : 'again';
  }
  return verdicts[error.code] ?? 'final';
}

function ofProxy(error: CodedError): RetryClass {
  if (error.facts.httpStatus === undefined) {
    return 'offline';
  }
  return isRefusal(error) ? 'final' : 'again';
}

function isRefusal({ facts: { httpStatus = 0 } }: CodedError): boolean {
  return httpStatus >= 400 && httpStatus < 500;
}

/** True when it cannot be told from the failure whether the server did what was asked. */
export function isAmbiguous(error: unknown): boolean {
  if (hasCode(error, 'network.proxyRefused')) {
    // A proxy may have passed the request on before it gave up.
    return (error.facts.httpStatus ?? 0) >= 500;
  }
  return hasCode(
    error,
    'network.reset',
    'network.stalled',
    'network.unreachable',
    'oss.serverFault',
    'answer.notUnderstood',
    'answer.tooLarge',
  );
}
