import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';

/** A secret, and what it is called in a finding. */
export type Secrets = ReadonlyMap<string, string>;

/** Where a secret stands that must not stand there. */
export interface Finding {
  readonly place: string;
  readonly secret: string;
}

interface ProcessFinding extends Finding {
  readonly pid: number;
  /** Process id of what started it. */
  readonly parent: number;
  readonly command: string;
}

/**
 * Looks for secrets: plain, URL-encoded, in JSON, hexadecimal and Base64, also within a longer text that was encoded.
 */
export class SecretScan {
  readonly #forms: readonly (readonly [form: string, name: string])[];

  constructor(secrets: Secrets) {
    this.#forms = [...secrets].flatMap(([name, secret]) =>
      [...new Set(formsOf(secret))].map((form) => [form, name] as const),
    );
  }

  text(place: string, text: string): Finding[] {
    return this.#forms
      .filter(([form]) => text.includes(form))
      .map(([, secret]) => ({ place, secret }));
  }

  /** All files below a folder, whatever they are; a text in UTF-16 is seen too. */
  async folder(
    folder: string,
    isMeant: (file: string) => boolean = () => true,
  ): Promise<Finding[]> {
    const findings: Finding[] = [];
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name);
      if (entry.isFile() && isMeant(file)) {
        const bytes = await readFile(file);
        const text = bytes.toString('latin1');
        findings.push(...this.text(file, text), ...this.text(file, text.replaceAll('\0', '')));
      }
    }
    return findings;
  }

  /** Environment and command line of all processes of this computer that may be looked at. Linux only. */
  async processes(): Promise<ProcessFinding[]> {
    const findings: ProcessFinding[] = [];
    for (const name of await readdir('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const read = (file: string) =>
        readFile(path.join('/proc', name, file), 'latin1').catch(() => '');
      const parent = Number(/^PPid:\s*(\d+)/m.exec(await read('status'))?.[1]);
      const [environment, command] = [await read('environ'), await read('cmdline')];
      for (const finding of this.text('environ', `${environment}\0${command}`)) {
        findings.push({
          ...finding,
          pid: Number(name),
          parent,
          command: command.split('\0')[0] ?? '',
        });
      }
    }
    return findings;
  }
}

function formsOf(secret: string): string[] {
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('hex'),
    ...[0, 1, 2].map((offset) => base64Within(secret, offset, 'base64')),
    ...[0, 1, 2].map((offset) => base64Within(secret, offset, 'base64url')),
  ];
}

/** How a text reads in the Base64 of a longer one, when so many bytes (modulo 3) stand before it. */
function base64Within(secret: string, offset: number, encoding: 'base64' | 'base64url'): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
  // Characters that share bits with what stands before or behind are cut off.
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 3));
  return whole.toString(encoding).slice(offset === 0 ? 0 : 4);
}

/** Writes down every text that a window shows from now on, also in hovers and for screen readers, and after reloads. */
export async function recordTexts(page: Page): Promise<{ text(): string }> {
  const seen = new Set<string>();
  await page.exposeFunction('noteSeenText', (texts: string[]) =>
    texts.forEach((text) => seen.add(text)),
  );
  await page.addInitScript(observe);
  await page.evaluate(observe);
  return { text: () => [...seen].join('\n') };
}

/** Runs in the page. */
const observe = `{
  const look = (element, texts) => {
    for (const name of ['aria-label', 'title', 'placeholder']) {
      const value = element.getAttribute(name);
      if (value) texts.push(value);
    }
  };
  new MutationObserver((changes) => {
    const texts = [];
    for (const { target, addedNodes } of changes) {
      const element = target instanceof Element ? target : target.parentElement;
      if (element) {
        look(element, texts);
        texts.push(element.textContent);
      }
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        look(node, texts);
        node.querySelectorAll('[aria-label], [title]').forEach((inner) => look(inner, texts));
      }
    }
    noteSeenText(texts.filter((text) => text && text.length < 20000));
  }).observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
    attributeFilter: ['aria-label', 'title', 'placeholder'],
  });
}`;
