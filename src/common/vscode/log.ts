import type { LogOutputChannel } from 'vscode';
import { CodedError } from '../../core/errors/catalogue';
import { singleLine } from '../../core/util/displayText';
import type { Log } from '../../core/util/log';

/**
 * The core's log, written to the output channel. Each entry is one line: a name or a text of a server with a line break
 * must not look like an entry of its own.
 */
export function logTo(channel: LogOutputChannel): Log {
  return {
    trace: (message) => channel.trace(singleLine(message)),
    debug: (message) => channel.debug(singleLine(message)),
    info: (message) => channel.info(singleLine(message)),
    warn: (message) => channel.warn(singleLine(message)),
    error: (message) => channel.error(singleLine(message)),
  };
}

/** Logs an error with its causes. Only an error without a code, which is a bug, is logged with its stack. */
export function logFailure(log: Log, error: unknown): void {
  if (error instanceof CodedError) {
    log.error([error.message, ...causesOf(error)].join(' ← '));
  } else {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log.error(text.replace(/\n\s*/g, ' | '));
  }
}

function causesOf(error: Error): string[] {
  const causes: string[] = [];
  // A circular chain would never end.
  for (let cause = error.cause; cause instanceof Error && causes.length < 5; cause = cause.cause) {
    causes.push(cause.message);
  }
  return causes;
}
