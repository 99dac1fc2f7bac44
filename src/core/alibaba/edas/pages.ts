/** No list is read further than this, whatever the server says. */
const maxPages = 40;

/**
 * All items of a list that comes in pages. Which page sizes EDAS allows is not documented, so a page that is shorter than
 * requested need not be the last: pages are read until one brings nothing new or is shorter than the first.
 * @param readPage by number, from 1 on
 */
export async function collectPages<T extends { readonly id: string }>(
  readPage: (page: number) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const found = new Map<string, T>();
  let firstLength: number | undefined;
  for (let page = 1; page <= maxPages; page++) {
    const items = await readPage(page);
    const known = found.size;
    items.forEach((item) => found.set(item.id, item));
    firstLength ??= items.length;
    if (found.size === known || items.length < firstLength) {
      break;
    }
  }
  return [...found.values()];
}
