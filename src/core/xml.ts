import { CodedError, type ErrorFacts } from './errors';

/** An element of a small XML document. Attributes, comments and the order of mixed content are not kept. */
export interface XmlElement {
  readonly name: string;
  /** Text directly inside, CDATA included. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

/** Deeper than anything that EDAS or OSS answers. */
const maxDepth = 16;
/** A page of 1,000 objects has about 10,000 elements. */
const maxElements = 50_000;

interface OpenElement extends XmlElement {
  text: string;
  readonly children: OpenElement[];
}

/**
 * Parses a whole XML document, strictly. A DOCTYPE, a processing instruction, an entity beyond XML's own five, bytes
 * that are not UTF-8, and a document that breaks off are all refused. The parser is loaded at the first call.
 *
 * @param facts what is known about the answer; goes into the error
 * @returns the root element
 * @throws CodedError `answer.notUnderstood`; never quotes the document, which may hold secrets
 */
export async function parseXml(bytes: Uint8Array, facts: ErrorFacts = {}): Promise<XmlElement> {
  const { SaxesParser } = await import('saxes');
  const refuse = (): never => {
    throw new CodedError('answer.notUnderstood', { ...facts, detail: 'xml' });
  };
  const open: OpenElement[] = [];
  let root: OpenElement | undefined;
  let elements = 0;

  const parser = new SaxesParser();
  parser.on('error', refuse);
  parser.on('doctype', refuse);
  parser.on('processinginstruction', refuse);
  parser.on('opentag', ({ name }) => {
    const element: OpenElement = { name, text: '', children: [] };
    if (open.length >= maxDepth || ++elements > maxElements) {
      refuse();
    }
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  const addText = (text: string): void => {
    const inside = open.at(-1);
    if (inside) {
      inside.text += text;
    }
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => void open.pop());

  parser.write(decodeUtf8(bytes) ?? refuse()).close();
  return root ?? refuse();
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The text of the first child of that name, trimmed; undefined when there is none. */
export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text.trim();
}

/** All children of that name, in order. */
export function childrenNamed(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}
