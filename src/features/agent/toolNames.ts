/** The tools of the manifest (`contributes.languageModelTools`). */
export const toolNames = [
  'edas_get_credential_status',
  'edas_list_packages',
  'edas_upload_package',
  'edas_list_applications',
  'edas_deploy_package',
  'edas_get_deployment_status',
  'edas_list_deployments',
] as const;

export type ToolName = (typeof toolNames)[number];
