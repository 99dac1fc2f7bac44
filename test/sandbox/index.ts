export { Sandbox } from './sandbox';
export type { SandboxKey, SandboxOptions, SandboxSettings, StoreMode } from './options';
export type { FaultAction, FaultMatch } from './server/faults';
export type { JournalEntry, JournalFilter } from './server/journal';
export type { EdasOperation, Operation, OssOperation, Service } from './server/operations';
export type { ObjectRecord } from './store/objects';
export { ConnectProxy } from './network/connectProxy';
export { SlowLink } from './network/slowLink';
export { TestAuthority } from './network/authority';
