import { parseArgs } from 'node:util';

import { Sandbox, type StoreMode } from '.';

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    tls: { type: 'boolean', default: false },
    proxy: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '3600' },
    store: { type: 'string', default: 'disk' },
    link: { type: 'string' },
    control: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  const sandbox = await Sandbox.start({
    host: values.host,
    tls: values.tls,
    proxy: values.proxy,
    ...(values.proxy && { endpoints: 'real-names' }),
    store: values.store as StoreMode,
    control: values.control,
    ...(values.link && { slowLink: readLink(values.link) }),
    settings: { credentialSeconds: Number(values.seconds) },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void sandbox.stop().then(() => process.exit(0)));
  const { edasEndpoint, ossEndpoint, keys, region } = sandbox;
  const shown = {
    edasEndpoint,
    ossEndpoint,
    region,
    accessKeyId: keys[0]?.id,
    accessKeySecret: keys[0]?.secret,
    ...(sandbox.proxy && { proxy: sandbox.proxy.url }),
    ...(sandbox.controlEndpoint && { controlEndpoint: sandbox.controlEndpoint }),
    ...(values.tls && { authority: await sandbox.writeAuthority() }),
  };
  if (values.json) console.log(JSON.stringify(shown));
  else
    for (const [name, value] of Object.entries(shown)) console.log(`${name.padEnd(16)} ${value}`);
  if (!values.json) console.log('Press Ctrl-C to stop it.');
}

/** `50,1000000000`: round trip in ms, bits per second. */
function readLink(text: string) {
  const [roundTripMs = 0, bitsPerSecond = 1e9] = text.split(',').map(Number);
  return { roundTripMs, bitsPerSecond };
}

void main();
