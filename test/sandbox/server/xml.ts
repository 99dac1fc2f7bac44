/** Content of an element: text, children in order, or one element for each item of an array. */
export type XmlContent = string | number | boolean | XmlChildren | readonly XmlContent[];
export interface XmlChildren {
  readonly [name: string]: XmlContent | undefined;
}

/** An XML document of plain elements. Children that are undefined are left out. */
export function document(root: string, children: XmlChildren): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, children)}`;
}

function element(name: string, content: XmlContent | undefined): string {
  if (content === undefined) return '';
  if (Array.isArray(content))
    return content.map((item: XmlContent) => element(name, item)).join('');
  if (typeof content !== 'object') return `<${name}>${escape(String(content))}</${name}>`;
  const inside = Object.entries(content).map(([child, value]) => element(child, value));
  return `<${name}>${inside.join('')}</${name}>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
