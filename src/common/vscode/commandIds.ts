/** Every command of package.json. The handler of each is registered in the feature named behind it. */
export const commandIds = {
  /** accounts/ */
  signIn: 'edasPackages.signIn',
  /** accounts/ */
  signOut: 'edasPackages.signOut',
  /** accounts/, as all up to the connection test */
  switchAccount: 'edasPackages.switchAccount',
  addAccount: 'edasPackages.addAccount',
  editAccount: 'edasPackages.editAccount',
  renameAccount: 'edasPackages.renameAccount',
  removeAccount: 'edasPackages.removeAccount',
  selectRegion: 'edasPackages.selectRegion',
  testConnection: 'edasPackages.testConnection',
  /** credential/ */
  fetchCredential: 'edasPackages.fetchCredential',
  /** credential/ */
  copyBucket: 'edasPackages.copyBucket',
  /** credential/ */
  copyPrefix: 'edasPackages.copyPrefix',
  /** credential/ */
  openTerminal: 'edasPackages.openTerminal',
  /** credential/ */
  copyEnvironment: 'edasPackages.copyEnvironment',
  /** credential/, inline on each row */
  copyValue: 'edasPackages.copyValue',
  /** credential/, inline on the row of a failure */
  openHelp: 'edasPackages.openHelp',
  /** credential/, behind the status bar item */
  showActions: 'edasPackages.showActions',
  /** upload/, from the palette and the view's title */
  uploadFile: 'edasPackages.uploadFile',
  /** upload/, from the Explorer */
  uploadFiles: 'edasPackages.uploadFiles',
  /** packages/, on a folder and where nothing is */
  uploadHere: 'edasPackages.uploadHere',
  /** upload/, from the palette */
  uploadFolder: 'edasPackages.uploadFolder',
  /** upload/, from the Explorer */
  uploadAsZip: 'edasPackages.uploadAsZip',
  /** copy/ */
  copyObjectUrl: 'edasPackages.copyObjectUrl',
  /** upload/ */
  setObjectKeyTemplate: 'edasPackages.setObjectKeyTemplate',
  /** copy/ */
  copy: 'edasPackages.copy',
  /** copy/ */
  openConsole: 'edasPackages.openConsole',
  /** transfers/ */
  resumeTransfers: 'edasPackages.resumeTransfers',
  /** transfers/, on the view's title */
  clearTransfers: 'edasPackages.clearTransfers',
  /** transfers/, on rows, as all that follow */
  cancelTransfer: 'edasPackages.cancelTransfer',
  resumeTransfer: 'edasPackages.resumeTransfer',
  retryTransfer: 'edasPackages.retryTransfer',
  discardTransfer: 'edasPackages.discardTransfer',
  removeTransfer: 'edasPackages.removeTransfer',
  copyTransferUrl: 'edasPackages.copyTransferUrl',
  copyTransferKey: 'edasPackages.copyTransferKey',
  /** packages/, as all that follow */
  refreshPackages: 'edasPackages.refreshPackages',
  filterPackages: 'edasPackages.filterPackages',
  clearPackageFilter: 'edasPackages.clearPackageFilter',
  loadMorePackages: 'edasPackages.loadMorePackages',
  downloadPackages: 'edasPackages.downloadPackages',
  copyPackages: 'edasPackages.copyPackages',
  deletePackages: 'edasPackages.deletePackages',
  deployPackage: 'edasPackages.deployPackage',
  /** upload/, from the Explorer and the palette */
  uploadAndDeploy: 'edasPackages.uploadAndDeploy',
  /** deploy/, as all that follow */
  deployToApplication: 'edasPackages.deployToApplication',
  confirmBatch: 'edasPackages.confirmBatch',
  abortDeployment: 'edasPackages.abortDeployment',
  rollBackDeployment: 'edasPackages.rollBackDeployment',
  followDeployment: 'edasPackages.followDeployment',
  stopFollowing: 'edasPackages.stopFollowing',
  removeDeployment: 'edasPackages.removeDeployment',
  copyDeploymentRequest: 'edasPackages.copyDeploymentRequest',
  copyChangeOrder: 'edasPackages.copyChangeOrder',
  refreshDeployments: 'edasPackages.refreshDeployments',
  /** extension.ts */
  showLog: 'edasPackages.showLog',
} as const;

export type CommandId = (typeof commandIds)[keyof typeof commandIds];
