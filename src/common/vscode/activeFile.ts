import { TabInputCustom, TabInputText, window, type Uri } from 'vscode';

export function hasUri(input: unknown): input is TabInputCustom | TabInputText {
  return input instanceof TabInputText || input instanceof TabInputCustom;
}

/** The file in the active editor, also when it is one that only a custom editor or a hex viewer shows. */
export function activeFile(): Uri | undefined {
  const input = window.tabGroups.activeTabGroup.activeTab?.input;
  const uri = hasUri(input) ? input.uri : undefined;
  return uri?.scheme === 'file' ? uri : undefined;
}
