import { SaxesParser } from 'saxes';

import { ServiceError } from '../server/errors';

/** Parts named by a CompleteMultipartUpload document, in its order. Throws MalformedXML. */
export function readPartList(text: string): { number: number; etag: string }[] {
  const parts: { number: number; etag: string }[] = [];
  const path: string[] = [];
  let part: Record<string, string> = {};
  const parser = new SaxesParser();
  parser.on('error', () => {
    throw malformed();
  });
  parser.on('opentag', ({ name }) => {
    path.push(name);
    if (path.join('/') === 'CompleteMultipartUpload/Part') part = {};
  });
  parser.on('text', (content) => {
    const [, , field] = path;
    if (path.length === 3 && field) part[field] = (part[field] ?? '') + content;
  });
  parser.on('closetag', () => {
    if (path.join('/') === 'CompleteMultipartUpload/Part') {
      const { PartNumber: number = '', ETag: etag } = part;
      if (!/^\d+$/.test(number) || !etag) throw malformed();
      parts.push({ number: Number(number), etag });
    }
    path.pop();
  });
  parser.write(text).close();
  if (parts.length === 0) throw malformed();
  return parts;
}

function malformed(): ServiceError {
  return new ServiceError(
    400,
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema.',
  );
}
