import type { LogOutputChannel } from 'vscode';
import { CodedError } from '../../core/errors/catalogue';
import type { Log } from '../../core/util/log';

/** The core's log, written to the output channel whose level the person chooses. */
export function logTo(channel: LogOutputChannel): Log {
  return {
    trace: (message) => channel.trace(message),
    debug: (message) => channel.debug(message),
    info: (message) => channel.info(message),
    warn: (message) => channel.warn(message),
    error: (message) => channel.error(message),
  };
}

/** Writes a failure with its chain of causes. Only a bug, which is anything without a code, shows its stack. */
export function logFailure(log: Log, error: unknown): void {
  if (error instanceof CodedError) {
    log.error([error.message, ...causesOf(error)].join(' ← '));
  } else {
    log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

function causesOf(error: Error): string[] {
  const causes: string[] = [];
  // A chain that bites its tail would never end.
  for (let cause = error.cause; cause instanceof Error && causes.length < 5; cause = cause.cause) {
    causes.push(cause.message);
  }
  return causes;
}
