import assert from 'node:assert/strict';
import { parseEndpoint } from '../../../../src/core/alibaba/endpoint';
import { edasHost, regions } from '../../../../src/core/alibaba/regions';
import { failure } from '../../support/coded';

describe('endpoint', () => {
  for (const [text, origin] of [
    ['edas.cn-hangzhou.aliyuncs.com', 'https://edas.cn-hangzhou.aliyuncs.com'],
    [' https://EDAS.example.com/ ', 'https://edas.example.com'],
    ['edas.example.com:8443', 'https://edas.example.com:8443'],
    ['https://edas.example.com:443', 'https://edas.example.com'],
    ['HTTPS://10.0.0.7', 'https://10.0.0.7'],
    ['http://127.0.0.2:18080', 'http://127.0.0.2:18080'],
    ['http://localhost:80', 'http://localhost'],
    ['http://[::1]:18080', 'http://[::1]:18080'],
  ] as const) {
    it(`reads ${text}`, () => assert.equal(parseEndpoint(text), origin));
  }

  for (const text of [
    '',
    ' ',
    'https://',
    'https://edas.example.com/path',
    'edas.example.com/path',
    'edas.example.com?x=1',
    'edas.example.com#x',
    'https://user@edas.example.com',
    'https://user:pass@edas.example.com',
    'https://edas.example.com@evil.example',
    'https://edas.example.com\\@evil.example',
    'ftp://edas.example.com',
    'javascript:alert(1)',
    'edas.example.com:0',
    'edas.example.com:65536',
    'edas.example.com:',
    'edas example.com',
    'edas.example.com\nevil.example',
    'edas\u0000.example.com',
    '-edas.example.com',
    'edas..example.com',
    'edas_1.example.com',
    `${'a'.repeat(64)}.example.com`,
    '127.1',
    'http://0x7f.1',
    'http://2130706433',
    'http://[::1',
    'エダス.example.com',
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () =>
      failure(() => parseEndpoint(text), 'endpoint.invalid'));
  }

  for (const text of [
    'http://edas.example.com',
    'http://10.0.0.7:80',
    'http://127.0.0.1.example.com',
  ]) {
    it(`refuses ${text}, which has no TLS`, () =>
      failure(() => parseEndpoint(text), 'endpoint.insecure'));
  }
});

describe('region', () => {
  for (const [id, host] of [
    ['cn-hangzhou', 'edas.cn-hangzhou.aliyuncs.com'],
    ['cn-chengdu', 'edas.aliyuncs.com'],
    ['us-west-1', 'edas.ap-northeast-1.aliyuncs.com'],
  ] as const) {
    it(`${id} has the host ${host}`, () => assert.equal(edasHost(id), host));
  }

  it('table has valid hosts, and no region twice', () => {
    assert.equal(new Set(regions.map(({ id }) => id)).size, 24);
    for (const { host } of regions) {
      assert.equal(parseEndpoint(host), `https://${host}`);
    }
  });

  it('that is not in the table is unknown', () =>
    failure(() => edasHost('cn-atlantis'), 'region.unknown', { subject: 'cn-atlantis' }));
});
