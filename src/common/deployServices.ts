import type { Memento } from 'vscode';
import {
  Deployments,
  resolvePackage,
  type DeploymentsOptions,
  type DeployPackage,
  type PackageObject,
  type ResolvePackageDeps,
} from '../core/deploy';
import type { Disposable } from '../core/util/disposable';
import { deploymentsStateKey } from './deploymentsStateKey';
import type { TransferServices } from './transferServices';
import type { Lazy } from './vscode/lazy';

export interface DeployServicesDeps
  extends
    Pick<DeploymentsOptions, 'api' | 'callerOf' | 'limitMs' | 'log'>,
    Pick<ResolvePackageDeps, 'network' | 'session'> {
  readonly transferServices: Lazy<TransferServices>;
  readonly state: Pick<Memento, 'get' | 'update'>;
}

/** Deployments and what they need. Heavy: it is loaded by `import()` at the first deployment; elsewhere only its type is imported. */
export class DeployServices implements Disposable {
  readonly deployments: Deployments;

  constructor(private readonly deps: DeployServicesDeps) {
    const { state } = deps;
    this.deployments = new Deployments({
      ...deps,
      state: {
        read: () => state.get<unknown>(deploymentsStateKey),
        write: (value) => state.update(deploymentsStateKey, value),
      },
    });
  }

  /** Checks that an object can be deployed. @throws as `resolvePackage` of core/deploy */
  readonly resolve = async (
    object: PackageObject,
    signal?: AbortSignal,
  ): Promise<DeployPackage> => {
    const { oss } = await this.deps.transferServices.get();
    return resolvePackage({ ...this.deps, oss }, object, signal);
  };

  dispose(): void {
    this.deployments.dispose();
  }
}
