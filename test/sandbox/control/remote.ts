import { request } from 'node:http';

import type { ControlCalls } from './server';

/** Controls a sandbox that runs in another process: `await new SandboxRemote(url).call('state', { prefix })`. */
export class SandboxRemote {
  constructor(private readonly controlEndpoint: string) {}

  /** Rejects with the error of the sandbox. JSON has no Infinity: use a large number for `times`. */
  call<Name extends keyof ControlCalls>(
    name: Name,
    ...[argument]: Parameters<ControlCalls[Name]>
  ): Promise<Awaited<ReturnType<ControlCalls[Name]>>> {
    return new Promise((resolve, reject) => {
      const url = `${this.controlEndpoint}/${name}`;
      const outgoing = request(url, { method: 'POST', agent: false }, (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        incoming.on('end', () => {
          const response = JSON.parse(text) as { value: never; error?: string };
          if (incoming.statusCode === 200) resolve(response.value);
          else reject(new Error(response.error ?? `sandbox: ${name}: ${incoming.statusCode}`));
        });
      });
      outgoing.on('error', reject);
      outgoing.end(JSON.stringify(argument ?? {}));
    });
  }
}
