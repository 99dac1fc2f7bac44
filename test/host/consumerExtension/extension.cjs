// Another extension that uses the API as src/api.ts describes; CommonJS, as most extensions are.
const { extensions, lm } = require('vscode');

exports.activate = async () => {
  /** @type {import('vscode').Extension<import('../../../src/api').EdasPackagesApi> | undefined} */
  const edas = extensions.getExtension('edas-tools.edas-package-storage');
  const api = await edas?.activate();
  if (!api || api.version !== 1) throw new Error('The API is missing or has another version.');
  /** @type {import('../../../src/api').UploadedObject[]} */
  const uploads = [];
  api.onDidUpload((object) => uploads.push(object));
  return { uploads, api, invokeTool };
};

/**
 * Calls a tool as an agent does outside of a chat.
 *
 * @param {string} name
 * @param {object} input
 * @param {import('vscode').CancellationToken} [token]
 * @returns {Promise<string>} the text for the model
 */
async function invokeTool(name, input, token) {
  const { content } = await lm.invokeTool(name, { input, toolInvocationToken: undefined }, token);
  return content.map((part) => part.value).join('\n');
}
