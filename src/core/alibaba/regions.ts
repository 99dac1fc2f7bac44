import { CodedError } from '../errors/catalogue';

interface Region {
  readonly id: string;
  /** Host of the EDAS API. Several regions share one host. */
  readonly host: string;
}

function region(id: string, host = `edas.${id}.aliyuncs.com`): Region {
  return { id, host };
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
  region('cn-huhehaote', central),
  region('cn-north-2-gov-1'),
  region('cn-hangzhou-finance', central),
  region('cn-shanghai-finance-1', central),
  region('cn-shenzhen-finance-1', central),
  region('cn-beijing-finance-1', central),
  region('ap-southeast-1'),
  region('ap-northeast-1'),
  region('eu-central-1'),
  region('us-east-1'),
  region('us-west-1', tokyo),
  region('ap-southeast-3', tokyo),
  region('ap-southeast-5', tokyo),
  region('ap-south-1', tokyo),
  region('eu-west-1', tokyo),
  region('me-east-1', tokyo),
];

/** The public host of the EDAS API for a region. @throws CodedError `region.unknown` */
export function edasHost(regionId: string): string {
  const found = regions.find(({ id }) => id === regionId);
  if (!found) {
    throw new CodedError('region.unknown', { subject: regionId });
  }
  return found.host;
}
