import type { Application } from '../alibaba/edas/application';
import { collectPages } from '../alibaba/edas/pages';
import { CodedError, hasCode } from '../errors/catalogue';
import type { EdasAccount } from './edasAccount';

/** All applications of the account in its region. @param name only those whose name has it */
export function listApplications(
  account: EdasAccount,
  name?: string,
  signal?: AbortSignal,
): Promise<readonly Application[]> {
  return collectPages((page) =>
    account.read((edas) => edas.listApplications({ page, name }), signal),
  );
}

/**
 * The application of an id. The list is read first, because only there the type of the cluster is documented; an account
 * that may use a single application may not list.
 * @throws CodedError `deploy.applicationNotFound`
 */
export async function getApplication(
  account: EdasAccount,
  id: string,
  signal?: AbortSignal,
): Promise<Application> {
  try {
    const listed = await account.read(
      (edas) => edas.listApplications({ page: 1, ids: [id] }),
      signal,
    );
    const found = listed.find((application) => application.id === id);
    if (found !== undefined) {
      return found;
    }
  } catch (error) {
    if (!hasCode(error, 'edas.noPermission')) {
      throw error;
    }
  }
  return account.read((edas) => edas.getApplication(id), signal);
}

/**
 * The application of an id or an exact name.
 * @throws CodedError `deploy.applicationNotFound`, `deploy.ambiguousName`
 */
export async function findApplication(
  account: EdasAccount,
  idOrName: string,
  signal?: AbortSignal,
): Promise<Application> {
  if (/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(idOrName)) {
    return getApplication(account, idOrName, signal);
  }
  const listed = await listApplications(account, idOrName, signal);
  const found = listed.filter(({ id, name }) => name === idOrName || id === idOrName);
  const [application] = found;
  if (application === undefined) {
    throw new CodedError('deploy.applicationNotFound', { subject: idOrName });
  }
  if (found.length > 1) {
    const namespaces = found.map(({ namespace = '?', id }) => `${namespace}: ${id}`);
    throw new CodedError('deploy.ambiguousName', {
      subject: idOrName,
      detail: namespaces.join(', '),
    });
  }
  return application;
}
