import { l10n } from 'vscode';
import type { ConnectionStep } from '../../../core/alibaba/edas/connectionCheck';

/** The step at which a connection test failed, as a phrase after “failed while”. */
export function stepText(step: ConnectionStep): string {
  switch (step) {
    case 'keys':
      return l10n.t('reading the keys');
    case 'endpoint':
      return l10n.t('choosing the endpoint');
    case 'connection':
      return l10n.t('connecting to the server');
    case 'proxy':
      return l10n.t('connecting through the proxy');
    case 'encryption':
      return l10n.t('checking the certificate');
    case 'answer':
      return l10n.t('reading the response');
    case 'clock':
      return l10n.t('checking the clock');
    case 'identity':
      return l10n.t('checking the keys');
    case 'role':
      return l10n.t('assuming the role');
    case 'permission':
      return l10n.t('checking permissions');
    case 'region':
      return l10n.t('locating EDAS in the region');
    case 'pace':
      return l10n.t('waiting for EDAS to accept requests');
    case 'server':
      return l10n.t('contacting the EDAS service');
  }
}
