/**
 * Deployments of packages to EDAS applications, for features, tasks, the API and agent tools alike: nothing here prompts.
 *
 * One `Deployments` object serves all accounts and does everything:
 *
 * - what to deploy: `resolvePackage(deps, { key, crc64 })` checks the object and gives its internal URL;
 * - where to: `listApplications`, `getApplication` (by a typed id), `findApplication` (by id or name), `listGroups`,
 *   `applicationsUsed` (the last one first), `findRunning` (the change order that runs there now);
 * - `plan(request)` checks kind, region, group, release and version, changes nothing, and returns all that a confirmation
 *   has to name;
 * - `start(plan)` sends the one deploy call and resolves with a followed `Deployment`. It throws `deploy.inProgress` when
 *   another order runs: offer `follow(accountId, application, error.facts.changeOrderId)`; and `deploy.uncertain` when the
 *   response was lost and no order was found: never call `start` again for that, offer `resume(id)`;
 * - watching: `all`, `get`, `onDidChange` (one event for each change of one deployment), `onDidSettle` (it has ended or is
 *   not followed any more), `whenSettled(id)` for callers without a person, `stopFollowing(id)`, `remove(id)`;
 * - acting: `confirm(id)`, `abort(id)`, `planRollback(id)` (names the version for the confirmation) and `rollBack(plan)`;
 * - after a reload: the constructor reads the state and requests nothing; `interrupted` are those to `resume(id)`;
 * - for the view: `loadRecent(accountId)` adds the recent orders of the applications used, `refresh(id)` reads batches,
 *   stages and the failure of one that is not followed;
 * - `forgetAccount(accountId)` at sign-out, `dispose()` at the end.
 *
 * A `Deployment` is an immutable value: `state`, `order` (batches, stages, tasks, instances, in EDAS's own words: show them
 * as plain text), `error` (why it failed, or why it is not followed any more), `problem` (the last read failed and is tried
 * again). Only the state `succeeded` is a success. `isEnded` and `isFollowed` read the state. The sentences for all
 * `deploy.*` codes are in `common/messages/deploy.ts`.
 */
export type { DeploymentChange } from './deploymentList';
export { Deployments, type DeploymentsOptions } from './deployments';
export { resolvePackage, type PackageObject, type ResolvePackageDeps } from './deployPackage';
export { packageKindOf, type PackageKind } from './packageKind';
export { assertFits } from './plan';
export type { DeploymentStore } from './savedDeployments';
export * from './types';
