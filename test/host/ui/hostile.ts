import type { Page } from 'playwright-core';

/** Texts with links, icons, markup and control characters. The recorder recognizes them by the mark. */
export const mark = 'HOSTILE';
export const hostileLink = `[${mark} report](command:hostile.run)`;
export const hostileName = `${hostileLink} $(flame) <b>y<b> \`z\`.jar`;
/** A name that the extension never creates, but other programs can. */
export const bidiName = `${hostileLink} $(flame) a\u202egpj.b\u2066\r\u001b[31m.jar`;
/** A server's message, with characters that are special in XML. */
export const hostileMessage = `${hostileLink} [page](https://hostile.example/x) $(flame~spin) \u202eterces <b>now</b>`;

/** The areas of the window that can show the texts, with their selectors. */
const areas = {
  notification: '.notifications-toasts',
  'modal dialog': '.monaco-dialog-box',
  'quick pick': '.quick-input-list',
  'input box': '.quick-input-widget',
  hover: '.monaco-hover',
  'row of a view': '.part.sidebar .pane .monaco-list-row',
  'status bar': '.part.statusbar',
  terminal: '.xterm-rows',
  log: '.part.panel .monaco-editor .view-lines',
} as const;

export type Area = keyof typeof areas;

export interface Recorder {
  /** The areas that have shown texts with the mark so far. */
  readonly areas: ReadonlySet<string>;
  /** Texts that were not shown as plain text, with the HTML around them. */
  readonly faults: ReadonlySet<string>;
}

/** Checks each text with the mark that the window shows from now on, except file names that VS Code itself shows. */
export async function recordHostileTexts(page: Page): Promise<Recorder> {
  const [seen, faults] = [new Set<string>(), new Set<string>()];
  await page.exposeFunction('noteHostile', (found: string[], wrong: string[]) => {
    found.forEach((area) => seen.add(area));
    wrong.forEach((fault) => faults.add(fault));
  });
  const script = observe
    .replace('AREAS', JSON.stringify(Object.entries(areas)))
    .replace('MARK', JSON.stringify(mark));
  await page.addInitScript(script);
  await page.evaluate(script);
  return { areas: seen, faults };
}

/** Runs in the page. */
const observe = `{
  const areas = AREAS;
  const mark = MARK;
  // In the Explorer, tabs, editors, the window's title and file dialogs VS Code itself shows the file names.
  const others = '.explorer-folders-view, .part.editor, .part.titlebar, .breadcrumbs-control, ' +
    '.monaco-list-row:has(.quick-input-list-entry :is(.file-icon, .folder-icon))';
  const unprintable = /[\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]/;
  const ours = (element) => element.closest(others + ', style, script') === null;
  const inspect = (element, found, wrong) => {
    if (!(element.textContent ?? '').includes(mark) || !ours(element)) return;
    for (const [name, selector] of areas) {
      if (element.closest(selector) || element.querySelector(selector)) found.add(name);
    }
    const all = [element, ...element.querySelectorAll('*')].filter(ours);
    for (const each of all) {
      const outer = () => each.outerHTML.slice(0, 600);
      if (each.matches('a[href], a[data-href], .monaco-link') && /hostile/i.test(each.outerHTML)) wrong.add('a link: ' + outer());
      if (each.tagName === 'B') wrong.add('markup: ' + outer());
      if (/codicon-flame/.test(each.className)) wrong.add('an icon: ' + outer());
      for (const attribute of ['aria-label', 'title', 'placeholder']) {
        const value = each.getAttribute(attribute) ?? '';
        if (value.includes(mark) && unprintable.test(value)) {
          wrong.add('a character in ' + attribute + ': ' + JSON.stringify(value));
        }
      }
      for (const node of each.childNodes) {
        const text = node.nodeType === Node.TEXT_NODE ? node.data : '';
        if (text.trim() !== '' && unprintable.test(text)) wrong.add('a character: ' + JSON.stringify(text));
      }
    }
  };
  const waiting = new Set();
  const inspectAll = () => {
    const [found, wrong] = [new Set(), new Set()];
    for (const element of waiting) inspect(element, found, wrong);
    waiting.clear();
    if (found.size > 0 || wrong.size > 0) noteHostile([...found], [...wrong]);
  };
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      const element = target instanceof Element ? target : target.parentElement;

      if (element) waiting.add(element);
    }
    inspectAll();
  }).observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
    attributeFilter: ['aria-label', 'title', 'placeholder', 'class'],
  });
}`;
