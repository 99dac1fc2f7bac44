import type { ExtensionContext } from 'vscode';
import type { EdasPackagesApi } from './api';
import { registerAccounts } from './features/accounts';
import { registerAgent } from './features/agent';
import { provideApi } from './features/api';
import { registerCopy } from './features/copy';
import { registerCredential } from './features/credential';
import { registerDeploy } from './features/deploy';
import { registerPackages } from './features/packages';
import { registerTasks } from './features/tasks';
import { registerTransfers } from './features/transfers';
import { registerUpload } from './features/upload';
import { createServices } from './createServices';

let stop = (): Promise<unknown> => Promise.resolve();

export function activate(context: ExtensionContext): EdasPackagesApi {
  const services = createServices(context);
  const deploy = registerDeploy(services);
  const upload = registerUpload({ ...services, deploy: deploy.deploy });
  const packages = registerPackages({
    ...services,
    upload: upload.start,
    choose: upload.choose,
    deploy: deploy.deploy,
  });
  const api = provideApi(services);
  context.subscriptions.push(
    registerAccounts({ ...services, store: services.accounts }),
    registerCredential({ ...services, hoverFacts: deploy }),
    deploy,
    upload,
    packages,
    registerTransfers({ ...services, resume: upload.resume }),
    registerCopy(services),
    registerTasks(services),
    registerAgent(services),
    api,
    services.commands.registerAll({ showLog: () => services.channel.show() }),
    services,
  );
  stop = () => Promise.all([packages.stop(), services.stop()]);
  return api.api;
}

/** VS Code waits for this, so that nothing half done is left on the disk. */
export async function deactivate(): Promise<void> {
  await stop();
}
