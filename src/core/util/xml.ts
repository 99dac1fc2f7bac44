import type { XmlDocument, XmlElement as ParsedElement, XmlNode, XmlText } from '@rgrove/parse-xml';
import { CodedError, type ErrorFacts } from '../errors/catalogue';

/** An element of a small XML document. Attributes, comments and the order of mixed content are dropped. */
export interface XmlElement {
  readonly name: string;
  /** Text directly inside, CDATA included. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

/** Deeper than any response of EDAS or OSS. */
const maxDepth = 16;
/** A page of 1,000 objects has about 10,000 elements. */
const maxElements = 50_000;
/** Two tags an element, and room for CDATA sections and comments. */
const maxTags = 2 * maxElements + 1_000;
/** The starts of a tag, an entity and an attribute's value: each costs the parser far more memory and time than a letter. */
const costlyCharacters = ['<', '&', '='];

/**
 * Parses a whole XML document, strictly. A DOCTYPE, a processing instruction, an entity beyond XML's own five, bytes
 * that are not UTF-8, and an incomplete document are all refused. The parser is loaded at the first call.
 *
 * @param facts about the response, for the error
 * @returns the root element
 * @throws CodedError `response.notUnderstood`; never quotes the document, which may hold secrets
 */
export async function parseXml(bytes: Uint8Array, facts: ErrorFacts = {}): Promise<XmlElement> {
  const { default: parser } = await import('@rgrove/parse-xml');
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    for (const character of costlyCharacters) {
      checkCount(text, character);
    }
    // XML 1.0, 2.11. The parser does the same, but in quadratic time.
    const normalized = text.replace(/\r\n?/g, '\n');
    return rootOf(parser.parseXml(normalized, { preserveDocumentType: true }));
  } catch {
    // Without a cause: the parser's message quotes the document.
    throw new CodedError('response.notUnderstood', { ...facts, detail: 'xml' });
  }
}

/** Refuses a document before the parser spends memory and time on it. */
function checkCount(text: string, character: string): void {
  let count = 0;
  for (let at = text.indexOf(character); at !== -1; at = text.indexOf(character, at + 1)) {
    if (++count > maxTags) {
      throw new RangeError(`The document has too many "${character}".`);
    }
  }
}

function rootOf({ children: [root, ...others] }: XmlDocument): XmlElement {
  if (!isElement(root) || others.length > 0) {
    throw new TypeError('Beside the root element there is something else.');
  }
  let count = 0;
  const read = (element: ParsedElement, depth: number): XmlElement => {
    if (depth > maxDepth || ++count > maxElements) {
      throw new RangeError('The document is too deep or too large.');
    }
    let text = '';
    const children: XmlElement[] = [];
    for (const node of element.children) {
      if (isElement(node)) {
        children.push(read(node, depth + 1));
      } else if (isText(node)) {
        text += node.text;
      } else {
        throw new TypeError(`The element has a ${node.type}.`);
      }
    }
    return { name: element.name, text, children };
  };
  return read(root, 1);
}

function isElement(node: XmlNode | undefined): node is ParsedElement {
  return node?.type === 'element';
}

function isText(node: XmlNode): node is XmlText {
  return node.type === 'text';
}

/** The text of the first child of that name, trimmed; undefined when there is none. */
export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text.trim();
}

/** All children of that name, in order. */
export function childrenNamed(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}
