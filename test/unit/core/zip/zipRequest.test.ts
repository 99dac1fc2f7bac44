import assert from 'node:assert/strict';
import { parseZipUri, zipName, zipUri, type ZipRequest } from '../../../../src/core/zip/zipRequest';

const request: ZipRequest = {
  paths: ['/w/空 格/%41', 'C:\\w\\shop'],
  name: 'shop.war',
  excludes: ['*.log', '!a.log'],
  links: 'skip',
};

describe('The URI of a ZIP request', () => {
  it('can be parsed back into the same request', () =>
    assert.deepEqual(parseZipUri(zipUri(request)), request));

  it('does not depend on the order of the properties', () => {
    const reversed = Object.fromEntries(Object.entries(request).reverse());
    assert.equal(zipUri(reversed as unknown as ZipRequest), zipUri(request));
  });

  const invalidUris = [
    'file:///w/shop.jar',
    'zip:',
    'zip:%',
    'zip:null',
    'zip:{}',
    zipUri({ ...request, links: 'follow' as 'keep' }),
    zipUri({ ...request, paths: [1] as unknown as string[] }),
  ];
  for (const uri of invalidUris) {
    it(`is invalid: ${uri.slice(0, 40)}`, () => assert.equal(parseZipUri(uri), undefined));
  }
});

describe('The default name of a ZIP', () => {
  it('is the name of a single folder, or of the folder that contains several items', () => {
    assert.equal(zipName(['/w/shop']), 'shop.zip');
    assert.equal(zipName(['/w/shop/a', '/w/shop/b']), 'shop.zip');
    assert.equal(zipName(['/']), 'package.zip');
  });
});
