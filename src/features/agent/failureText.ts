import { hasCode, type CodedError, type ErrorCode } from '../../core/errors/catalogue';
import { errorScope, retryClass } from '../../core/errors/classify';
import { errorMessageOf } from '../../common/vscode/reporter';
import { factLines, quoted, type Facts } from './resultText';

/** What an agent can do next, where that is another thing than telling the person. */
const nextSteps: Partial<Record<ErrorCode, (error: CodedError) => string>> = {
  'account.signedOut': () =>
    'Ask the person to run the command "EDAS: Sign In…", then call this tool again. Never ask for keys.',
  'oss.objectExists': () =>
    'Call this tool again with another key, or with overwrite: true if the person wants the package replaced.',
  'oss.noSuchKey': () => 'Call edas_list_packages to see what exists.',
  'source.notFound': () => 'Build the package first, or correct the path.',
  'deploy.applicationNotFound': () => 'Call edas_list_applications to see what exists.',
  'deploy.groupNotFound': () =>
    'Call edas_list_applications with the name of the application to see its groups.',
  'deploy.gone': () => 'Call edas_list_deployments with the application to see its deployments.',
  'deploy.inProgress': ({ facts }) =>
    `Wait for the other deployment: call edas_get_deployment_status with deployment ${quoted(facts.changeOrderId ?? '')} and the application.`,
  'deploy.uncertain': () =>
    'Do not deploy again. Call edas_get_deployment_status with this deployment (edas_list_deployments returns it as well): it searches for the change order. If it finds none, the person must check the EDAS console and remove the deployment from the Deployments view.',
};

/**
 * A failure as a model reads it: a code that is the same in every language, the sentence, and what to do next.
 * @param next for codes that say nothing of it
 */
export function failureText(error: unknown, facts: Facts = {}, next?: string): string {
  return [
    `error: ${hasCode(error) ? error.code : 'unexpected'}`,
    ...factLines({
      message: errorMessageOf(error),
      changeOrder: hasCode(error) ? error.facts.changeOrderId : undefined,
      ...facts,
    }),
    `next: ${nextStep(error, next)}`,
  ].join('\n');
}

function nextStep(error: unknown, usual: string | undefined): string {
  const known = (hasCode(error) ? nextSteps[error.code]?.(error) : undefined) ?? usual;
  if (known !== undefined) {
    return known;
  }
  if (retryClass(error) !== 'fail') {
    return 'Tell the person. It may work later.';
  }
  return errorScope(error) === 'item'
    ? 'Follow the message if you can, else tell the person.'
    : 'Tell the person the message. Calling this tool again would end the same way.';
}
