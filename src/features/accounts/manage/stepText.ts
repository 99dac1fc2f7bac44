import { l10n } from 'vscode';
import type { ConnectionStep } from '../../../core/alibaba/edas/connectionCheck';

/** The step at which a connection test failed, as a phrase after “failed while”. */
export function stepText(step: ConnectionStep): string {
  const texts: Readonly<Record<ConnectionStep, string>> = {
    keys: l10n.t('reading the keys'),
    endpoint: l10n.t('choosing the endpoint'),
    connection: l10n.t('connecting to the server'),
    proxy: l10n.t('connecting through the proxy'),
    encryption: l10n.t('checking the certificate'),
    response: l10n.t('reading the response'),
    clock: l10n.t('checking the clock'),
    identity: l10n.t('checking the keys'),
    role: l10n.t('assuming the role'),
    permission: l10n.t('checking permissions'),
    region: l10n.t('locating EDAS in the region'),
    pace: l10n.t('waiting for EDAS to accept requests'),
    server: l10n.t('contacting the EDAS service'),
  };
  return texts[step];
}
