import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';

/** Secrets by the names that they have in findings. */
export type Secrets = ReadonlyMap<string, string>;

/** A secret that was found where it must not be. */
export interface Finding {
  readonly location: string;
  readonly secret: string;
}

interface ProcessFinding extends Finding {
  readonly pid: number;
  /** Process id of its parent. */
  readonly parent: number;
  readonly command: string;
}

/**
 * Searches for secrets: plain, URL-encoded, in JSON, hexadecimal and Base64, also within a longer text that was encoded.
 */
export class SecretScan {
  readonly #forms: readonly (readonly [form: string, name: string])[];

  constructor(secrets: Secrets) {
    this.#forms = [...secrets].flatMap(([name, secret]) =>
      [...new Set(formsOf(secret))].map((form) => [form, name] as const),
    );
  }

  text(location: string, text: string): Finding[] {
    return this.#forms
      .filter(([form]) => text.includes(form))
      .map(([, secret]) => ({ location, secret }));
  }

  /** Searches all files below a folder, of any type, including texts in UTF-16. */
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

  /** Searches environment and command line of all processes that this user may read. Linux only. */
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

/** How a text appears in the Base64 of a longer one, with `offset` bytes (modulo 3) before it. */
function base64Within(secret: string, offset: number, encoding: 'base64' | 'base64url'): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
  // Without the characters that share bits with the bytes before or after.
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 3));
  return whole.toString(encoding).slice(offset === 0 ? 0 : 4);
}

/** Records every text that a window shows from now on, also in hovers and for screen readers, and after reloads. */
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
  const readAttributes = (element, texts) => {
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
        readAttributes(element, texts);
        texts.push(element.textContent);
      }
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        readAttributes(node, texts);
        node.querySelectorAll('[aria-label], [title]').forEach((inner) => readAttributes(inner, texts));
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
