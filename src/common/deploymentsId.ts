/** Id of the Deployments view, and in the workspace's state the key of the deployments that were started from here. */
export const deploymentsId = 'edasPackages.deployments';
