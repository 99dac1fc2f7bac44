import assert from 'node:assert/strict';
import type { CodedError } from '../../../src/core/errors/catalogue';
import { hasCode, type ErrorCode, type ErrorFacts } from '../../../src/core/errors/catalogue';

/** Asserts that an action fails with a code, and with these facts. @returns the error */
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
    assert.fail(`expected ${code}, but got ${String(error)}`);
  }
  for (const [name, value] of Object.entries(facts)) {
    assert.equal(error.facts[name as keyof ErrorFacts], value, `facts.${name}`);
  }
  return error;
}
