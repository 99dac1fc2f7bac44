/**
 * Deployments of packages to EDAS applications, for features, tasks, the API and agent tools alike: nothing here prompts.
 *
 * `resolvePackage` checks an object, `packageAt` says what it will be before it is uploaded, `Deployments.plan` checks a
 * request and names all that a person must confirm, `start` sends the one deploy call and follows its change order. When
 * `start` throws `deploy.inProgress`, offer `follow`; when it throws `deploy.uncertain`, offer `resume` and never call
 * `start` again. A `Deployment` is an immutable value with EDAS's own texts in it: show them as plain text. Only the state
 * `succeeded` is a success.
 */
export type { DeploymentChange, DeploymentStore } from './deploymentList';
export { Deployments, type DeploymentsOptions } from './deployments';
export {
  packageAt,
  resolvePackage,
  type PackageObject,
  type ResolvePackageDeps,
} from './deployPackage';
export { packageKindOf, type PackageKind } from './packageKind';
export { assertFits } from './plan';
export * from './types';
