/** What a waiter throws when its signal is aborted: always named `AbortError`, whatever reason was given. */
export function abortError(signal?: AbortSignal): Error {
  const reason: unknown = signal?.reason;
  if (reason instanceof Error && reason.name === 'AbortError') {
    return reason;
  }
  const error = new Error('This was cancelled.', { cause: reason });
  error.name = 'AbortError';
  return error;
}
