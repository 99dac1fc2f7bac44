/** Where the deployments that were started from here are stored, in the workspace's state. */
export const deploymentsKey = 'edasPackages.deployments';
