import type { AccessKeys } from '../edas/credential';
import { CodedError, type ErrorFacts } from '../../errors/catalogue';
import { headerText, JsonFields, matching } from '../../util/jsonFields';
import { Secret } from '../../util/secret';
import { parseInstant } from '../../util/serverTime';
import { safeServerToken } from '../../util/serverText';

/** Temporary keys from STS, and the request ID of the response that they came in. */
export interface TemporaryKeys extends Required<AccessKeys> {
  readonly requestId: string;
}

/**
 * Reads STS's successful response. Source: Sts 2015-04-01, "AssumeRole".
 *
 * @param body the parsed JSON
 * @param now server's time, ms since 1970
 * @throws CodedError `sts.answerMalformed`, `subject` being the field and `detail` 'missing', 'empty', 'malformed' or
 *   'expired'
 */
export function parseAssumeRoleResponse(
  body: unknown,
  now: number,
  facts: ErrorFacts,
): TemporaryKeys {
  const response = new JsonFields(body, 'sts.answerMalformed', facts);
  const fields = response.inner('Credentials');
  const keys = {
    accessKeyId: fields.text('AccessKeyId', matching(headerText)),
    accessKeySecret: new Secret(fields.text('AccessKeySecret', matching(headerText))),
    securityToken: new Secret(fields.text('SecurityToken', matching(headerText))),
    requestId: response.text('RequestId', (text) => safeServerToken(text)),
  };
  const expiration = fields.text('Expiration', (text) =>
    Number.isNaN(parseInstant(text)) ? undefined : text,
  );
  if (parseInstant(expiration) <= now) {
    const fault = { subject: 'Expiration', detail: 'expired' };
    throw new CodedError('sts.answerMalformed', { ...facts, ...fault });
  }
  return keys;
}
