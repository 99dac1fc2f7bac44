import type { PickItem } from '../../../common/vscode/safeWindow';
import { l10n } from 'vscode';
import { regions } from '../../../core/alibaba/regions';
import { isAbort } from '../../../core/errors/catalogue';
import { regionName } from '../../../common/messages/regionNames';
import { promptPick, type PromptResult, type WizardStep } from './prompts';
import { isRegionId } from './validators';

/** Result of selecting a region: EDAS accepted it, rejected it, or the person wants to enter an endpoint first. */
export type RegionOutcome<T> =
  | { readonly kind: 'verified'; readonly regionId: string; readonly result: T }
  | { readonly kind: 'rejected'; readonly regionId: string; readonly error: unknown }
  | { readonly kind: 'otherEndpoint' };

export interface RegionPrompt<T> {
  readonly wizardStep: WizardStep;
  readonly regionId: string;
  /** Endpoint used instead of the region's. */
  readonly endpoint: string | undefined;
  /** Whether to offer entering an endpoint. */
  readonly offersEndpoint: boolean;
  /** Sends a request to EDAS in that region. */
  readonly verify: (regionId: string, signal: AbortSignal) => Promise<T>;
}

interface RegionItem extends PickItem {
  /** Absent for the item that leads to entering an endpoint. */
  readonly regionId?: string;
}

/** Prompts for the region and verifies it with EDAS before the box closes. */
export function promptRegion<T>(options: RegionPrompt<T>): Promise<PromptResult<RegionOutcome<T>>> {
  const { wizardStep, endpoint, verify } = options;
  const items: readonly RegionItem[] = regions.map(({ id }) => ({
    label: regionName(id),
    description: id,
    regionId: id,
  }));
  const isKnown = (id: string): boolean => items.some(({ regionId }) => regionId === id);
  const privateRegion = (id: string): RegionItem => ({
    label: id,
    description: l10n.t('region of a private cloud'),
    regionId: id,
  });
  // Only a private cloud, which has its own endpoint, has regions that are not in the table.
  const configured =
    endpoint !== undefined && options.regionId !== '' && !isKnown(options.regionId)
      ? [privateRegion(options.regionId)]
      : [];
  return promptPick<RegionItem, RegionOutcome<T>>({
    ...wizardStep,
    placeholder:
      endpoint === undefined ? l10n.t('Region') : l10n.t('Region (EDAS endpoint: {0})', endpoint),
    busyPlaceholder: l10n.t('Contacting EDAS…'),
    items: [
      ...configured,
      ...items,
      ...(options.offersEndpoint
        ? [
            {
              icon: 'server',
              label: l10n.t('Private Cloud: Enter EDAS Endpoint…'),
              alwaysShow: true,
            },
          ]
        : []),
    ],
    active: [...configured, ...items].find(({ regionId }) => regionId === options.regionId),
    ...(endpoint !== undefined && {
      itemsForInput: (text: string) =>
        isRegionId(text) && !isKnown(text) && text !== configured[0]?.regionId
          ? [privateRegion(text)]
          : [],
    }),
    run: async ({ regionId }, signal) => {
      if (regionId === undefined) {
        return { kind: 'otherEndpoint' };
      }
      try {
        return { kind: 'verified', regionId, result: await verify(regionId, signal) };
      } catch (error) {
        if (isAbort(error)) {
          throw error;
        }
        return { kind: 'rejected', regionId, error };
      }
    },
  });
}
