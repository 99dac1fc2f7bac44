import type { LogOutputChannel } from 'vscode';
import { CodedError } from '../../core/errors/catalogue';
import { singleLine } from '../../core/util/displayText';
import type { Log } from '../../core/util/log';

/**
 * The core's log, written to the output channel whose level the person chooses. Each entry is one line: a name or a
 * server's word with a line break must not look like an entry of ours.
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

/** Writes a failure with its chain of causes. Only a bug, which is anything without a code, shows its stack. */
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
  // A chain that bites its tail would never end.
  for (let cause = error.cause; cause instanceof Error && causes.length < 5; cause = cause.cause) {
    causes.push(cause.message);
  }
  return causes;
}
