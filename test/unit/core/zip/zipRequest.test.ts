import assert from 'node:assert/strict';
import { parseZipUri, zipName, zipUri, type ZipRequest } from '../../../../src/core/zip/zipRequest';

const request: ZipRequest = {
  paths: ['/w/空 格/%41', 'C:\\w\\shop'],
  name: 'shop.war',
  excludes: ['*.log', '!a.log'],
  links: 'skip',
};

describe('What is packed, as a URI', () => {
  it('can be read back', () => assert.deepEqual(parseZipUri(zipUri(request)), request));

  it('is the same text for the same request', () => {
    const reversed = Object.fromEntries(Object.entries(request).reverse());
    assert.equal(zipUri(reversed as unknown as ZipRequest), zipUri(request));
  });

  const foreign = [
    'file:///w/shop.jar',
    'zip:',
    'zip:%',
    'zip:null',
    'zip:{}',
    zipUri({ ...request, links: 'follow' as 'keep' }),
    zipUri({ ...request, paths: [1] as unknown as string[] }),
  ];
  for (const uri of foreign) {
    it(`is not ${uri.slice(0, 40)}`, () => assert.equal(parseZipUri(uri), undefined));
  }
});

describe('The name of a package', () => {
  it('is that of the one folder, or of the folder around several things', () => {
    assert.equal(zipName(['/w/shop']), 'shop.zip');
    assert.equal(zipName(['/w/shop/a', '/w/shop/b']), 'shop.zip');
    assert.equal(zipName(['/']), 'package.zip');
  });
});
