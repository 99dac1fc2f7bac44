import type { Application } from '../alibaba/edas/application';
import { CodedError, hasCode } from '../errors/catalogue';
import type { EdasAccount } from './edasAccount';

/** No list is read further than this, whatever the server says. */
const maxPages = 40;

/**
 * All applications of the account in its region. Which page sizes EDAS allows is not documented, so a page that is
 * shorter than requested need not be the last: pages are read until one brings nothing new or is shorter than the first.
 * @param name only those whose name has it
 */
export async function listApplications(
  account: EdasAccount,
  name?: string,
  signal?: AbortSignal,
): Promise<readonly Application[]> {
  const found = new Map<string, Application>();
  let firstLength: number | undefined;
  for (let page = 1; page <= maxPages; page++) {
    const items = await account.read((edas) => edas.listApplications({ page, name }), signal);
    const known = found.size;
    items.forEach((item) => found.set(item.id, item));
    firstLength ??= items.length;
    if (found.size === known || items.length < firstLength) {
      break;
    }
  }
  return [...found.values()];
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
