import type { Deployments, DeployPackage, PackageObject } from '../core/deploy';
import type { Disposable } from '../core/util/disposable';

/** What deploys; heavy, so it is loaded at the first deployment or when deployments are shown. */
export interface DeployServices extends Disposable {
  readonly deployments: Deployments;
  /** Checks that an object can be deployed. @throws as `resolvePackage` of core/deploy */
  readonly resolve: (object: PackageObject, signal?: AbortSignal) => Promise<DeployPackage>;
}

/** Where the deployments that were started from here are stored, in the workspace's state. */
export const deploymentsKey = 'edasPackages.deployments';
