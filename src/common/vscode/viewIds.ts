import { commands } from 'vscode';

/** The views of package.json. */
export const viewIds = {
  credential: 'edasPackages.credential',
  transfers: 'edasPackages.transfers',
  packages: 'edasPackages.packages',
  deployments: 'edasPackages.deployments',
} as const;

export function focusView(view: keyof typeof viewIds): Thenable<unknown> {
  return commands.executeCommand(`${viewIds[view]}.focus`);
}
