import { l10n } from 'vscode';
import { packageKindOf } from '../../../core/deploy/packageKind';
import { required } from '../../../core/util/inputFields';
import { signedInAccount } from '../../../common/account';
import type { UploadedPackage } from '../../../common/objects/uploadedPackage';
import { quoted, type Facts } from '../resultText';
import { changingTool, type Proposal } from '../tool';
import { proposeUpload, uploadFields } from '../uploadProposal';

interface NamedProposal extends Proposal {
  readonly name: string;
}

/** Uploads a file of this computer under the package prefix. */
export const uploadPackage = changingTool({
  fields: { ...uploadFields, file: required(uploadFields.file) },
  progress: () => l10n.t('Uploading a package to EDAS'),
  propose: async (input, call, confirmed?: NamedProposal): Promise<NamedProposal> => {
    const upload = await proposeUpload(input, call, confirmed?.name);
    const { name, fingerprint, credential, send } = upload;
    return {
      name,
      fingerprint,
      title: l10n.t('Upload to the EDAS package prefix?'),
      lines: [
        ...upload.lines,
        l10n.t('Bucket: {0}', credential.bucket),
        l10n.t('Account: {0}', signedInAccount(call.deps.accounts).name),
      ],
      run: async (running) => ({
        facts: uploadFacts(name, await send(running)),
        next:
          packageKindOf(name) &&
          `To deploy it, call edas_deploy_package with package ${quoted(name)}.`,
      }),
    };
  },
});

/** @param name below the package prefix */
export function uploadFacts(name: string, uploaded: UploadedPackage): Facts {
  const { key, size, sentBytes, crc64, verified, isIdentical } = uploaded;
  return {
    package: name,
    key,
    bytes: size,
    sentBytes,
    crc64: String(crc64),
    verified,
    identicalObjectExisted: isIdentical,
  };
}
