import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';

import {
  CodedError,
  type ErrorCode,
  type ErrorFacts,
} from '../../../../../src/core/errors/catalogue';

/** Keys whose secrets are easy to recognize, for tests that no error contains them. */
export const markedKeys = {
  id: 'LTAI5tMarkedKeyId001',
  secret: 'MarkedSecretMarkedSecret000001',
  token: 'CAISMarkedTokenMarkedToken/+==',
} as const;

/** Fails when a marked secret appears anywhere in an error: message, stack, facts, causes, hidden members. */
export function assertNoSecret(error: unknown): void {
  const text = `${inspect(error, { depth: Infinity, showHidden: true })}\n${JSON.stringify(error)}`;
  for (const secret of [markedKeys.secret, markedKeys.token]) {
    // An error may quote only the beginning of a text, so a part of the secret is a leak as well.
    assert.equal(text.includes(secret.slice(0, 9)), false, `a secret appears in: ${text}`);
  }
}

/** Runs an action that must fail, and compares the code and facts; the error must not contain a secret. */
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
  assertNoSecret(error);
  return error;
}
