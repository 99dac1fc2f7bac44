import { parseEndpoint } from '../endpoint';
import { CodedError } from '../../errors/catalogue';

/** Serves all regions; what the official clients use when no region is named. */
const central = 'https://sts.aliyuncs.com';

/**
 * The origin that role requests are sent to.
 * @param endpoint a host that was named explicitly; takes precedence over the region
 * @throws CodedError endpoint.invalid, endpoint.insecure
 */
export function stsEndpoint({
  endpoint,
  regionId,
}: { readonly endpoint?: string; readonly regionId?: string } = {}): string {
  if (endpoint !== undefined) {
    return parseEndpoint(endpoint);
  }
  if (regionId !== undefined && !isRegionName(regionId)) {
    throw new CodedError('endpoint.invalid');
  }
  return regionId === undefined ? central : `https://sts.${regionId}.aliyuncs.com`;
}

/** Whether a text can be a region's name. It becomes part of a host name, so nothing in it may end that. */
export function isRegionName(text: string): boolean {
  return /^[a-z0-9]+(?:-[a-z0-9]+)+$/.test(text) && text.length <= 40;
}
