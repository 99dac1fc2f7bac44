import { request } from 'node:http';

import type { ControlCalls } from './server';

/** Steers a sandbox that runs in another process: `await new SandboxRemote(url).call('state', { prefix })`. */
export class SandboxRemote {
  constructor(private readonly controlEndpoint: string) {}

  /** Rejects with what went wrong over there. `times: Infinity` does not survive JSON: name a large number. */
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
          const answer = JSON.parse(text) as { value: never; error?: string };
          if (incoming.statusCode === 200) resolve(answer.value);
          else reject(new Error(answer.error ?? `sandbox: ${name}: ${incoming.statusCode}`));
        });
      });
      outgoing.on('error', reject);
      outgoing.end(JSON.stringify(argument ?? {}));
    });
  }
}
