import assert from 'node:assert/strict';
import { contentTypeOf } from '../../../../src/core/oss/contentType';

describe('contentTypeOf', () => {
  for (const [name, type] of [
    ['demo.jar', 'application/java-archive'],
    ['demo.WAR', 'application/java-archive'],
    ['demo.ear', 'application/java-archive'],
    ['demo.zip', 'application/zip'],
    ['demo.tgz', 'application/gzip'],
    ['demo.tar.gz', 'application/gzip'],
    ['jar', 'application/octet-stream'],
    ['demo.', 'application/octet-stream'],
    ['demo.constructor', 'application/octet-stream'],
    ['folder.jar/file', 'application/octet-stream'],
  ] as const) {
    it(`returns ${type} for ${name}`, () => assert.equal(contentTypeOf(name), type));
  }
});
