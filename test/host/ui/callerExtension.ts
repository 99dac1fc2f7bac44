import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { temporaryFolder } from '../cleanup.mjs';

const manifest = {
  name: 'caller',
  displayName: 'Caller of EDAS Package Storage',
  version: '0.0.1',
  publisher: 'edas-tests',
  engines: { vscode: '^1.95.0' },
  main: './extension.cjs',
  capabilities: { untrustedWorkspaces: { supported: true } },
  contributes: {
    commands: [
      { command: 'caller.upload', title: 'Caller: Upload' },
      { command: 'caller.tool', title: 'Caller: Invoke Tool' },
    ],
    languageModelChatProviders: [{ vendor: 'caller', displayName: 'Caller' }],
    chatParticipants: [{ id: 'caller.agent', name: 'caller', description: 'Invokes a tool' }],
  },
};

/** Uploads a file of the first root folder under a given name, or invokes a tool, and shows the result. */
const code = `
const { chat, commands, extensions, lm, Uri, window, workspace } = require('vscode');
exports.activate = () => {
  commands.registerCommand('caller.upload', async () => {
    const api = await extensions.getExtension('edas-tools.edas-package-storage').activate();
    const key = await window.showInputBox({ prompt: 'Caller: name of the package' });
    const file = Uri.joinPath(workspace.workspaceFolders[0].uri, 'app.jar');
    const result = await api.upload(file, { key }).then(
      ({ size }) => size + ' bytes',
      (error) => error.code ?? error.name,
    );
    window.showInformationMessage('Caller: ' + result);
  });
  // Without a model VS Code calls no chat participant. This one never gets a request.
  const model = { id: 'silent', name: 'Silent', family: 'silent', version: '1' };
  const limits = { maxInputTokens: 1000, maxOutputTokens: 1000 };
  lm.registerLanguageModelChatProvider('caller', {
    provideLanguageModelChatInformation: () => [{ ...model, ...limits, capabilities: { toolCalling: true } }],
    provideLanguageModelChatResponse: () => Promise.reject(new Error('No request is expected.')),
    provideTokenCount: () => Promise.resolve(1),
  });
  chat.createChatParticipant('caller.agent', async (request, context, stream, token) => {
    const { name, input } = JSON.parse(request.prompt);
    const { toolInvocationToken } = request;
    const { content } = await lm.invokeTool(name, { input, toolInvocationToken }, token);
    stream.markdown(content.map(({ value }) => value).join('\\n').replaceAll('\\n', '\\n\\n'));
  });
  commands.registerCommand('caller.tool', async () => {
    const call = await window.showInputBox({ prompt: 'Caller: name and input of the tool' });
    const { name, input } = JSON.parse(call);
    const result = await lm.invokeTool(name, { input, toolInvocationToken: undefined }).then(
      ({ content }) => content.map(({ value }) => value).join(' · '),
      (error) => error.name,
    );
    window.showInformationMessage('Caller: ' + result);
  });
};
`;

/** Packs an extension whose commands call the API and the agent's tools. */
export async function packCallerExtension(): Promise<{ vsix: string; stop: () => Promise<void> }> {
  const folder = await temporaryFolder('edas-caller');
  const vsix = path.join(folder.path, 'caller.vsix');
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(JSON.stringify(manifest)), 'extension/package.json');
  zip.addBuffer(Buffer.from(code), 'extension/extension.cjs');
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(vsix));
  return { vsix, stop: () => folder.remove() };
}
