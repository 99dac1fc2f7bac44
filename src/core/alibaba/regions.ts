import { CodedError } from '../errors/catalogue';
import type { Network } from './edas/credential';

export interface Region {
  readonly id: string;
  /** Host of the EDAS API. Several regions share one host. */
  readonly publicHost: string;
  /** Host that is reached from inside a VPC of the region, where there is one. */
  readonly vpcHost?: string;
}

function region(id: string, publicHost = `edas.${id}.aliyuncs.com`, hasVpcHost = true): Region {
  return { id, publicHost, ...(hasVpcHost && { vpcHost: `edas-vpc.${id}.aliyuncs.com` }) };
}

const central = 'edas.aliyuncs.com';
const tokyo = 'edas.ap-northeast-1.aliyuncs.com';

/** Where EDAS is offered. Source: "Endpoints" of EDAS 2017-08-01; aliyun-openapi-meta, products.json. */
export const regions: readonly Region[] = [
  region('cn-hangzhou'),
  region('cn-shanghai'),
  region('cn-beijing'),
  region('cn-shenzhen'),
  region('cn-qingdao'),
  region('cn-zhangjiakou'),
  region('cn-hongkong'),
  region('cn-chengdu', central),
  region('cn-huhehaote', central, false),
  region('cn-north-2-gov-1'),
  region('cn-hangzhou-finance', central, false),
  region('cn-shanghai-finance-1', central),
  region('cn-shenzhen-finance-1', central),
  region('cn-beijing-finance-1', central),
  region('ap-southeast-1'),
  region('ap-northeast-1'),
  region('eu-central-1'),
  region('us-east-1'),
  region('us-west-1', tokyo),
  region('ap-southeast-3', tokyo, false),
  region('ap-southeast-5', tokyo, false),
  region('ap-south-1', tokyo, false),
  region('eu-west-1', tokyo, false),
  region('me-east-1', tokyo, false),
];

/**
 * The host of the EDAS API for a region. Inside a VPC that is the VPC host; for a region without one it is the
 * public host.
 * @throws CodedError `region.unknown`
 */
export function edasHost(regionId: string, network: Network = 'public'): string {
  const found = regions.find(({ id }) => id === regionId);
  if (!found) {
    throw new CodedError('region.unknown', { subject: regionId });
  }
  return network === 'public' ? found.publicHost : (found.vpcHost ?? found.publicHost);
}
