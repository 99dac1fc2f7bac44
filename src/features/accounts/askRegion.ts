import type { PickItem } from '../../common/vscode/safeWindow';
import { l10n } from 'vscode';
import { regions } from '../../core/alibaba/regions';
import { isAbort } from '../../core/errors/catalogue';
import { regionName } from '../../common/messages/regionNames';
import { promptPick, type Answer, type Place } from './boxes';
import { isRegionId } from './checks';

/** What came of a choice: it worked, it did not, or another endpoint is wanted first. */
export type RegionOutcome<T> =
  | { readonly kind: 'proven'; readonly regionId: string; readonly proof: T }
  | { readonly kind: 'refused'; readonly regionId: string; readonly error: unknown }
  | { readonly kind: 'otherEndpoint' };

export interface RegionQuestion<T> {
  readonly place: Place;
  readonly regionId: string;
  /** The endpoint that is asked instead of the region's, if one is. */
  readonly endpoint: string | undefined;
  /** Offers to name an endpoint first. */
  readonly offersEndpoint: boolean;
  /** Asks EDAS. */
  readonly verify: (regionId: string, signal: AbortSignal) => Promise<T>;
}

interface RegionItem extends PickItem {
  /** Absent: another endpoint. */
  readonly regionId?: string;
}

/** Asks for the region, and asks EDAS there before the box closes. */
export function askRegion<T>(question: RegionQuestion<T>): Promise<Answer<RegionOutcome<T>>> {
  const { place, endpoint, verify: prove } = question;
  const items: readonly RegionItem[] = regions.map(({ id }) => ({
    label: regionName(id, l10n),
    description: id,
    regionId: id,
  }));
  const isKnown = (id: string): boolean => items.some(({ regionId }) => regionId === id);
  const privateRegion = (id: string): RegionItem => ({
    label: id,
    description: l10n.t('region of a private cloud'),
    regionId: id,
  });
  // Only a private cloud, which has an endpoint of its own, has regions that are not in the table.
  const own =
    endpoint !== undefined && question.regionId !== '' && !isKnown(question.regionId)
      ? [privateRegion(question.regionId)]
      : [];
  return promptPick<RegionItem, RegionOutcome<T>>({
    ...place,
    placeholder:
      endpoint === undefined ? l10n.t('Region') : l10n.t('Region (EDAS endpoint: {0})', endpoint),
    busyPlaceholder: l10n.t('Asking EDAS…'),
    items: [
      ...own,
      ...items,
      ...(question.offersEndpoint
        ? [
            {
              icon: 'server',
              label: l10n.t('Private Cloud: Other EDAS Endpoint…'),
              alwaysShow: true,
            },
          ]
        : []),
    ],
    active: [...own, ...items].find(({ regionId }) => regionId === question.regionId),
    ...(endpoint !== undefined && {
      typed: (text: string) =>
        isRegionId(text) && !isKnown(text) && text !== own[0]?.regionId
          ? [privateRegion(text)]
          : [],
    }),
    work: async ({ regionId }, signal) => {
      if (regionId === undefined) {
        return { kind: 'otherEndpoint' };
      }
      try {
        return { kind: 'proven', regionId, proof: await prove(regionId, signal) };
      } catch (error) {
        if (isAbort(error)) {
          throw error;
        }
        return { kind: 'refused', regionId, error };
      }
    },
  });
}
