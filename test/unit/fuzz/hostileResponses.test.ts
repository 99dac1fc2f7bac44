import { strict as assert } from 'node:assert';

import { hasCode } from '../../../src/core/errors/catalogue';
import { createHttpClient } from '../../../src/core/http/client';
import { silentLog } from '../../../src/core/util/log';
import { FixedResponses } from '../../fuzz/fixedResponses';
import { marked, secretIn } from '../../fuzz/marked';
import { readSeeds, type Message, type Seed } from '../../fuzz/message';
import { operationOf } from '../../fuzz/operations';
import { startServer } from '../core/http/server';

/** Runs the operation of a seed with responses. @returns 'value' or the code of its error; throws any other error */
async function outcome(seed: Seed, ...messages: readonly Message[]): Promise<string> {
  try {
    await operationOf(seed)({ http: new FixedResponses(messages), log: silentLog });
    return 'value';
  } catch (error) {
    if (!hasCode(error)) {
      throw error;
    }
    assert.equal(secretIn(error.message), undefined, error.message);
    assert.equal(error.message.includes('root:'), false);
    return error.code;
  }
}

const doctypes: readonly string[] = [
  '<!DOCTYPE x>',
  '<!DOCTYPE x [<!ENTITY e "y">]>',
  '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
  '<!DOCTYPE x PUBLIC "-//A//B//EN" "http://127.0.0.1:1/x.dtd">',
  '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
  '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p;]>',
  `<!DOCTYPE x [<!ENTITY a "aa">${'bcdefgh'.split('').reduce((all, name, at) => `${all}<!ENTITY ${name} "&${'abcdefg'[at]!};&${'abcdefg'[at]!};">`, '')}]>`,
];

describe('Hostile responses', () => {
  let seeds: readonly Seed[];

  before(async () => {
    seeds = await readSeeds();
  });

  const isXml = ({ body }: Seed): boolean => body.includes('<') && !body.includes('<html');

  /** The same response with a changed body. */
  const changed = (seed: Seed, change: (text: string) => string): Message => ({
    ...seed,
    body: Buffer.from(change(seed.body.toString())),
  });

  it('are rejected when they contain a DOCTYPE or an entity', async () => {
    const xml = seeds.filter(isXml);
    assert.ok(xml.length > 8);
    for (const seed of xml) {
      const original = await outcome(seed, seed);
      for (const doctype of doctypes) {
        const withDoctype = changed(seed, (text) =>
          text.replace(/(<\?xml.*?\?>)?/, `$1${doctype}`),
        );
        const withEntity = changed(seed, (text) => text.replace(/>(?=[^<>]*\w)/, '>&e;'));
        for (const message of [withDoctype, withEntity]) {
          const result = await outcome(seed, message);
          // An error response that cannot be read is classified by its status; an unreadable success is an error.
          assert.notEqual(result, 'value', seed.name);
          if (original === 'value' && seed.status === 200) {
            assert.equal(result, 'response.notUnderstood', seed.name);
          }
        }
      }
    }
  });

  it('are rejected when they are nested too deeply or have too many elements', async () => {
    const seed = seeds.find(({ name }) => name === 'oss.listObjects.success')!;
    for (const content of [
      '<a>'.repeat(100_000),
      '<a/>'.repeat(100_000),
      `<a>${'<b>'.repeat(20)}`,
    ]) {
      const message = changed(seed, (text) => text.replace('<Contents>', `<Contents>${content}`));
      assert.equal(await outcome(seed, message), 'response.notUnderstood');
    }
    const deep = '['.repeat(200_000);
    const edas = seeds.find(({ name }) => name === 'edas.credential.success')!;
    assert.equal(
      await outcome(edas, { ...edas, body: Buffer.from(deep) }),
      'response.notUnderstood',
    );
  });

  it('are rejected when list markers go backwards or out of range', async () => {
    const parts = seeds.find(({ name }) => name === 'oss.listParts.success')!;
    const next = (number: number): Message =>
      changed(parts, (text) =>
        text.replace('false', 'true').replace(/>2<(?=\/Next)/, `>${number}<`),
      );
    assert.equal(await outcome(parts, next(3), next(5), next(4)), 'response.notUnderstood');
    assert.equal(await outcome(parts, next(10_001)), 'response.notUnderstood');
  });

  it('do not log a secret that is sent as a request ID', async () => {
    for (const seed of seeds.filter(({ name }) => name.startsWith('oss.'))) {
      const lines: string[] = [];
      const note = (line: string): void => void lines.push(line);
      const log = { trace: note, debug: note, info: note, warn: note, error: note };
      const headers = [...seed.headers, ['x-oss-request-id', marked.issuedToken] as const];
      const http = new FixedResponses([{ ...seed, headers }]);
      await operationOf(seed)({ http, log }).catch(() => undefined);
      assert.ok(lines.length > 0);
      assert.equal(secretIn(lines.join('\n')), undefined);
    }
  });

  it('do not log a secret that is sent as a continuation token', async () => {
    const list = seeds.find(({ name }) => name === 'oss.listObjects.success')!;
    const lines: string[] = [];
    const note = (line: string): void => void lines.push(line);
    const log = { trace: note, debug: note, info: note, warn: note, error: note };
    const page = (token: string): Message =>
      changed(list, (text) => text.replace('CgJiYw--', token));
    const http = new FixedResponses([page(marked.issuedToken), page(marked.issuedSecret), list]);
    await operationOf(list)({ http, log });
    assert.equal(lines.length, 3);
    assert.equal(secretIn(lines.join('\n')), undefined);
  });

  it('do not show a secret that an error message contains', async () => {
    const edas = seeds.find(({ name }) => name === 'edas.credential.business')!;
    const oss = seeds.find(({ name }) => name === 'oss.putObject.exists')!;
    const denied = seeds.find(({ name }) => name === 'edas.credential.denied')!;
    for (const secret of [marked.issuedSecret, marked.callerSecret, marked.issuedToken]) {
      const action = changed(denied, (text) => text.replace('PackageStorage', secret));
      assert.equal(await outcome(denied, action), 'edas.noPermission');
      for (const message of [
        secret,
        `no key ${secret}!`,
        `id_${secret}`,
        `SecurityToken=${secret}`,
      ]) {
        const json = changed(edas, (text) => text.replace('is not open', message));
        assert.equal(await outcome(edas, json), 'edas.rejected');
        const xml = changed(oss, (text) => text.replace('already exists', message));
        assert.equal(await outcome(oss, xml), 'oss.objectExists');
      }
    }
  });

  it('are aborted when their body is endless', async () => {
    let sent = 0;
    const server = await startServer((_request, response) => {
      const size = 64 * 1024;
      response.writeHead(200, { 'content-type': 'application/xml' });
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(size, 'a'))) {
          sent += size;
        }
      };
      response.on('drain', more);
      more();
    });
    const http = createHttpClient();
    try {
      // Only operations that read the body.
      const read = seeds.filter(({ name, body }) => name.endsWith('.success') && body.length > 11);
      for (const seed of read) {
        sent = 0;
        const operation = operationOf(seed)({ http, log: silentLog, origin: server.origin });
        await assert.rejects(operation, (error) => hasCode(error, 'response.tooLarge'), seed.name);
        assert.ok(sent < 32 * 1024 * 1024, `${seed.name} read ${sent} bytes`);
      }
    } finally {
      http.dispose();
      await server.close();
    }
  });

  it('are not followed to another host when they redirect', async () => {
    const received: string[] = [];
    const otherServer = await startServer((request, response) => {
      received.push(JSON.stringify(request.headers));
      response.end();
    });
    const server = await startServer((_request, response) => {
      response.writeHead(307, { location: `${otherServer.origin}/x` }).end();
    });
    const http = createHttpClient();
    try {
      for (const seed of seeds) {
        const operation = operationOf(seed)({ http, log: silentLog, origin: server.origin });
        await assert.rejects(
          operation,
          (error) => hasCode(error, 'response.redirected'),
          seed.name,
        );
      }
      assert.deepEqual(received, []);
    } finally {
      http.dispose();
      await server.close();
      await otherServer.close();
    }
  });
});
