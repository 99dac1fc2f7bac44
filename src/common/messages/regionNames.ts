import { l10n } from 'vscode';

/** A region's name with its city, as the Alibaba Cloud console calls it; the id itself when it has no name here. */
export function regionName(regionId: string): string {
  const names: Readonly<Record<string, string>> = {
    'cn-hangzhou': l10n.t('China (Hangzhou)'),
    'cn-shanghai': l10n.t('China (Shanghai)'),
    'cn-beijing': l10n.t('China (Beijing)'),
    'cn-shenzhen': l10n.t('China (Shenzhen)'),
    'cn-qingdao': l10n.t('China (Qingdao)'),
    'cn-zhangjiakou': l10n.t('China (Zhangjiakou)'),
    'cn-hongkong': l10n.t('China (Hong Kong)'),
    'cn-chengdu': l10n.t('China (Chengdu)'),
    'cn-huhehaote': l10n.t('China (Hohhot)'),
    'cn-north-2-gov-1': l10n.t('China North 2 Government Cloud (Beijing)'),
    'cn-hangzhou-finance': l10n.t('China East 1 Finance (Hangzhou)'),
    'cn-shanghai-finance-1': l10n.t('China East 2 Finance (Shanghai)'),
    'cn-shenzhen-finance-1': l10n.t('China South 1 Finance (Shenzhen)'),
    'cn-beijing-finance-1': l10n.t('China North 2 Finance (Beijing)'),
    'ap-southeast-1': l10n.t('Singapore'),
    'ap-northeast-1': l10n.t('Japan (Tokyo)'),
    'eu-central-1': l10n.t('Germany (Frankfurt)'),
    'us-east-1': l10n.t('US (Virginia)'),
    'us-west-1': l10n.t('US (Silicon Valley)'),
    'ap-southeast-3': l10n.t('Malaysia (Kuala Lumpur)'),
    'ap-southeast-5': l10n.t('Indonesia (Jakarta)'),
    'ap-south-1': l10n.t('India (Mumbai)'),
    'eu-west-1': l10n.t('UK (London)'),
    'me-east-1': l10n.t('UAE (Dubai)'),
  };
  return names[regionId] ?? regionId;
}
