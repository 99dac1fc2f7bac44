/**
 * The key, in the workspace's state, of the deployments that were started from here. In a file of its own, because the start
 * checks whether any is stored, without loading what reads them.
 */
export const deploymentsStateKey = 'edasPackages.deployments';
