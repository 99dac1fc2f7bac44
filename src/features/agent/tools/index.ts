import type { Tool } from '../tool';
import type { ToolName } from '../toolNames';
import { credentialStatus } from './credentialStatus';
import { deployPackage } from './deployPackage';
import { deploymentStatus } from './deploymentStatus';
import { listApplications } from './listApplications';
import { listDeployments } from './listDeployments';
import { listPackages } from './listPackages';
import { uploadPackage } from './uploadPackage';

/** All tools, by their names in the manifest. */
export const tools: Readonly<Record<ToolName, Tool>> = {
  edas_get_credential_status: credentialStatus,
  edas_list_packages: listPackages,
  edas_upload_package: uploadPackage,
  edas_list_applications: listApplications,
  edas_deploy_package: deployPackage,
  edas_get_deployment_status: deploymentStatus,
  edas_list_deployments: listDeployments,
};
