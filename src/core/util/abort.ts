/** What a waiter throws when its signal was aborted, whatever reason the signal gives. */
export function abortError(): Error {
  return new DOMException('The operation was aborted.', 'AbortError');
}

/** Calls `listener` once, at the abort or at once when that has happened. Disposing stops listening. */
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
