import type { ServerClock } from './core/clock';
import type { Network } from './core/edas/credential';
import type { HttpClient } from './core/http/http';
import type { Log } from './core/log';
import { OssClient } from './core/oss/client';
import type { CredentialSession } from './core/session/session';
import { TransferEngine } from './core/transfer/engine';
import { fileSource } from './core/transfer/source';
import type { TransferTools } from './kit/transferTools';

export interface TransferParts {
  readonly http: HttpClient;
  readonly clock: ServerClock;
  readonly log: Log;
  readonly session: CredentialSession;
  readonly network: () => Network;
  /** For what must survive the window; made at first need. */
  readonly storageFolder: string;
  /** Part size in MiB, and parts of one file at a time. */
  readonly settings: () => { readonly partSize: number; readonly parallelParts: number };
}

/** Makes what moves bytes. A module of its own, because it is loaded at the first transfer only. */
export function makeTransferTools({ http, clock, ...parts }: TransferParts): TransferTools {
  const oss = new OssClient(http, clock, parts.log);
  const engine = new TransferEngine({ oss, ...parts });
  return { oss, engine, fileSource, dispose: () => engine.dispose() };
}
