import type { CancellationToken } from 'vscode';

/** The core's way to cancel, for VS Code's way. Lives as long as the token's source does. */
export function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) {
    controller.abort();
  } else {
    token.onCancellationRequested(() => controller.abort());
  }
  return controller.signal;
}
