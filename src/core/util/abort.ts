/** The error for an aborted signal, whatever reason the signal has. */
export function abortError(): Error {
  return new DOMException('The operation was aborted.', 'AbortError');
}

/** Calls `listener` once: at the abort, or now if the signal is aborted already. @returns a function that stops listening */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (signal === undefined) {
    return () => undefined;
  }
  if (signal.aborted) {
    listener();
    return () => undefined;
  }
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}

/** Waits for a promise until the signal is aborted. @throws AbortError then; what the promise rejects with */
export async function abortable<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  let stopListening: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stopListening = onAbort(signal, () => reject(abortError()));
  });
  try {
    return await Promise.race([aborted, promise]);
  } finally {
    stopListening();
  }
}
