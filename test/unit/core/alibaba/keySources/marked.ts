import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';

import {
  CodedError,
  type ErrorCode,
  type ErrorFacts,
} from '../../../../../src/core/errors/catalogue';

/** Secrets that no message may hold. */
export const marked = {
  id: 'LTAI5tMarkedKeyId001',
  secret: 'MarkedSecretMarkedSecret000001',
  token: 'CAISMarkedTokenMarkedToken/+==',
} as const;

/** Fails when a marked secret can be read anywhere in an error: message, stack, facts, causes, hidden members. */
export function assertTellsNoSecret(error: unknown): void {
  const seen = `${inspect(error, { depth: Infinity, showHidden: true })}\n${JSON.stringify(error)}`;
  for (const secret of [marked.secret, marked.token]) {
    // A quoting error cuts a text short, so a part of the secret is a leak as well.
    assert.equal(seen.includes(secret.slice(0, 9)), false, `a secret shows in: ${seen}`);
  }
}

/** Runs what must fail, and compares code and facts; the error must tell no secret. */
export async function assertFails(
  run: () => unknown,
  code: ErrorCode,
  facts?: ErrorFacts,
): Promise<CodedError> {
  let error: unknown;
  try {
    await run();
  } catch (thrown) {
    error = thrown;
  }
  assert.ok(error instanceof CodedError, `expected ${code}, got ${inspect(error)}`);
  assert.equal(error.code, code, error.message);
  if (facts !== undefined) {
    assert.deepEqual(error.facts, facts);
  }
  assertTellsNoSecret(error);
  return error;
}
