import assert from 'node:assert/strict';
import { parseEndpoint } from '../../../../src/core/alibaba/endpoint';
import { edasHost, regions } from '../../../../src/core/alibaba/regions';
import { failure } from '../../support/coded';

describe('parseEndpoint', () => {
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
    it(`parses ${JSON.stringify(text)} as ${origin}`, () =>
      assert.equal(parseEndpoint(text), origin));
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
    it(`rejects ${JSON.stringify(text)}`, () =>
      failure(() => parseEndpoint(text), 'endpoint.invalid'));
  }

  for (const text of [
    'http://edas.example.com',
    'http://10.0.0.7:80',
    'http://127.0.0.1.example.com',
  ]) {
    it(`rejects ${text}, which does not use TLS`, () =>
      failure(() => parseEndpoint(text), 'endpoint.insecure'));
  }
});

describe('Region table', () => {
  for (const [id, host] of [
    ['cn-hangzhou', 'edas.cn-hangzhou.aliyuncs.com'],
    ['cn-chengdu', 'edas.aliyuncs.com'],
    ['us-west-1', 'edas.ap-northeast-1.aliyuncs.com'],
  ] as const) {
    it(`maps ${id} to the EDAS host ${host}`, () => assert.equal(edasHost(id), host));
  }

  it('lists 24 different regions with valid hosts', () => {
    assert.equal(new Set(regions.map(({ id }) => id)).size, 24);
    for (const { host } of regions) {
      assert.equal(parseEndpoint(host), `https://${host}`);
    }
  });

  it('rejects a region that is not listed', () =>
    failure(() => edasHost('cn-atlantis'), 'region.unknown', { subject: 'cn-atlantis' }));
});
