import assert from 'node:assert/strict';
import type { CodedError } from '../../../src/core/errors/catalogue';
import { hasCode, type ErrorCode, type ErrorFacts } from '../../../src/core/errors/catalogue';

/** Runs what must fail with a code, and gives the error. Some of its facts may be named as well. */
export async function failure(
  action: () => unknown,
  code: ErrorCode,
  facts: ErrorFacts = {},
): Promise<CodedError> {
  let error: unknown;
  try {
    await action();
  } catch (thrown) {
    error = thrown;
  }
  if (!hasCode(error, code)) {
    assert.fail(`${code} was to be thrown, not ${String(error)}`);
  }
  for (const [name, value] of Object.entries(facts)) {
    assert.equal(error.facts[name as keyof ErrorFacts], value, `facts.${name}`);
  }
  return error;
}
