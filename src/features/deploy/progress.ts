import { ProgressLocation } from 'vscode';
import { signalOf } from '../../common/vscode/cancellation';
import { safeWindow } from '../../common/vscode/safeWindow';

/**
 * Quicker work shows no notification: VS Code does not show a message at all when several came within 800 ms, and the one
 * that names the result must be seen. ms
 */
const showAfterMs = 400;

/** Runs work. If it takes longer, a notification shows that and lets the person cancel it. */
export async function withLateProgress<T>(
  title: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const result = work(controller.signal);
  const timer = setTimeout(() => {
    const location = ProgressLocation.Notification;
    void safeWindow.withProgress({ location, cancellable: true, title }, (_progress, token) => {
      signalOf(token).addEventListener('abort', () => controller.abort());
      return result.then(
        () => undefined,
        () => undefined,
      );
    });
  }, showAfterMs);
  try {
    return await result;
  } finally {
    clearTimeout(timer);
  }
}
