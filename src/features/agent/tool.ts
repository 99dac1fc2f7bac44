import { l10n } from 'vscode';
import type { Network } from '../../core/alibaba/edas/credential';
import { CodedError } from '../../core/errors/catalogue';
import { isProblem, readFields, type Fields, type InputOf } from '../../core/util/inputFields';
import type { CurrentAccount } from '../../common/account';
import { expectedText } from '../../common/messages/expectedText';
import type { Uses } from '../../common/featureServices';
import type { Facts } from './resultText';

/** What the tools use. */
export interface AgentDeps extends Uses<
  'deployServices' | 'log' | 'session' | 'transferServices' | 'uploads'
> {
  readonly accounts: CurrentAccount;
  readonly network: () => Network;
}

/** One call of a tool. */
export interface Call {
  readonly deps: AgentDeps;
  readonly signal: AbortSignal;
}

/** What a tool answers. */
export interface ToolResult {
  readonly facts: Facts;
  /** What the model may do next: our own words, with data only as `quoted` makes it. */
  readonly next?: string;
  /** What the facts are about has failed. */
  readonly error?: unknown;
}

/** What a call would change. */
export interface Proposal {
  /** Of the confirmation; no data of files or servers is in it. */
  readonly title: string;
  /** What the person confirms, line by line. */
  readonly lines: readonly string[];
  /** What must be the same when it is done as when it was confirmed, beside the lines. */
  readonly fingerprint: readonly unknown[];
  /** Does it. */
  readonly run: (call: Call) => Promise<ToolResult>;
}

/** A call with an input that is known to be right. */
export type BoundTool = {
  /** The same for the same input, whatever the order of its properties. */
  readonly id: string;
  /** What the person sees while it runs. */
  readonly progress: string;
} & (
  | { readonly kind: 'read'; readonly read: (call: Call) => Promise<ToolResult> }
  | {
      readonly kind: 'change';
      /**
       * Checks everything, changes nothing.
       * @param confirmed what is done now; what was chosen for it, such as a key with the time in it, stays as it was
       */
      readonly propose: (call: Call, confirmed?: Proposal) => Promise<Proposal>;
    }
);

/** A tool of the manifest. */
export interface Tool {
  readonly fields: Fields;
  /** @throws CodedError `agent.badInput` */
  readonly bind: (input: unknown) => BoundTool;
}

/** A tool that changes nothing, and so needs no confirmation. */
export function readingTool<F extends Fields>({
  fields,
  progress,
  read,
}: {
  readonly fields: F;
  readonly progress: () => string;
  readonly read: (input: InputOf<F>, call: Call) => Promise<ToolResult>;
}): Tool {
  return {
    fields,
    bind: (value) => {
      const input = readInput(value, fields);
      return {
        kind: 'read',
        id: JSON.stringify(input),
        progress: progress(),
        read: (call) => read(input, call),
      };
    },
  };
}

/** A tool that changes something, after a confirmation. */
export function changingTool<F extends Fields, P extends Proposal>({
  fields,
  progress,
  check,
  propose,
}: {
  readonly fields: F;
  readonly progress: () => string;
  /** Of properties that are right each for itself. @throws CodedError `agent.badInput` */
  readonly check?: (input: InputOf<F>) => void;
  readonly propose: (input: InputOf<F>, call: Call, confirmed?: P) => Promise<P>;
}): Tool {
  return {
    fields,
    bind: (value) => {
      const input = readInput(value, fields);
      check?.(input);
      return {
        kind: 'change',
        id: JSON.stringify(input),
        progress: progress(),
        // What was confirmed was proposed by this tool.
        propose: (call, confirmed) => propose(input, call, confirmed as P | undefined),
      };
    },
  };
}

function readInput<F extends Fields>(value: unknown, fields: F): InputOf<F> {
  const read = readFields(value, fields);
  if (!isProblem(read)) {
    return read;
  }
  const { wrong, expectation } = read;
  if (wrong === '') {
    throw badInput('input', l10n.t('an object'));
  }
  throw badInput(wrong, expectation && expectedText(expectation));
}

/** @param expected what it must be, for the sentence; absent: there is no such property */
export function badInput(name: string, expected?: string): CodedError {
  return new CodedError('agent.badInput', { subject: name, detail: expected });
}
