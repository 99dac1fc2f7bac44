import type { Memento } from 'vscode';
import { EdasDeployApi } from './core/alibaba/edas/deployApi';
import { EdasApi } from './core/alibaba/edas/edasApi';
import { Deployments, resolvePackage, type DeploymentsOptions } from './core/deploy';
import type { ResolvePackageDeps } from './core/deploy';
import type { HttpClient } from './core/http/types';
import type { ServerClock } from './core/util/clock';
import { deploymentsKey, type DeployServices } from './common/deployServices';
import type { TransferServices } from './common/transferServices';
import type { Lazy } from './common/vscode/lazy';

export interface DeployServicesDeps
  extends
    Pick<DeploymentsOptions, 'callerOf' | 'limitMs' | 'log'>,
    Pick<ResolvePackageDeps, 'network' | 'session'> {
  readonly http: HttpClient;
  readonly clock: ServerClock;
  readonly tools: Lazy<TransferServices>;
  readonly state: Pick<Memento, 'get' | 'update'>;
}

/** Makes what deploys. A module of its own, because it is loaded only when something is deployed or shown. */
export function createDeployServices(all: DeployServicesDeps): DeployServices {
  const { http, clock, tools, state, session, network, ...options } = all;
  const { log } = options;
  const deployments = new Deployments({
    ...options,
    api: new EdasDeployApi(new EdasApi(http, clock, log)),
    state: {
      read: () => state.get<unknown>(deploymentsKey),
      write: (value) => state.update(deploymentsKey, value),
    },
  });
  return {
    deployments,
    resolve: async (object, signal) => {
      const { oss } = await tools.get();
      return resolvePackage({ session, network, log, oss }, object, signal);
    },
    dispose: () => deployments.dispose(),
  };
}
