import type { Page } from 'playwright-core';

/** Texts that would be links, icons, markup and other names than they are. The mark is how the recorder knows them. */
export const mark = 'HOSTILE';
export const hostileLink = `[${mark} report](command:hostile.run)`;
export const hostileName = `${hostileLink} $(flame) <b>y<b> \`z\`.jar`;
/** Nobody can make such a name with our help, but others can. */
export const turnedName = `${hostileLink} $(flame) a\u202egpj.b\u2066\r\u001b[31m.jar`;
/** What a server says, with characters that XML has. */
export const hostileWords = `${hostileLink} [page](https://hostile.example/x) $(flame~spin) \u202eterces <b>now</b>`;

/** Where the texts must have been seen, by the selector of the place. */
const places = {
  notification: '.notifications-toasts',
  'modal question': '.monaco-dialog-box',
  'quick pick': '.quick-input-list',
  'input box': '.quick-input-widget',
  hover: '.monaco-hover',
  'row of a view': '.part.sidebar .pane .monaco-list-row',
  'status bar': '.part.statusbar',
  terminal: '.xterm-rows',
  log: '.part.panel .monaco-editor .view-lines',
} as const;

export type Place = keyof typeof places;

export interface Recorder {
  /** Where texts with the mark have been shown so far. */
  readonly places: ReadonlySet<string>;
  /** What has become of them that must not, with the HTML around it. */
  readonly faults: ReadonlySet<string>;
}

/** Looks at each text with the mark that the window shows from now on, but for what VS Code shows of files by itself. */
export async function recordHostileTexts(page: Page): Promise<Recorder> {
  const [seen, faults] = [new Set<string>(), new Set<string>()];
  await page.exposeFunction('noteHostile', (found: string[], wrong: string[]) => {
    found.forEach((place) => seen.add(place));
    wrong.forEach((fault) => faults.add(fault));
  });
  const script = observe
    .replace('PLACES', JSON.stringify(Object.entries(places)))
    .replace('MARK', JSON.stringify(mark));
  await page.addInitScript(script);
  await page.evaluate(script);
  return { places: seen, faults };
}

/** Runs in the page. */
const observe = `{
  const places = PLACES;
  const mark = MARK;
  // The Explorer, tabs, editors, the window's title and the dialogs for files show names of files as VS Code does.
  const others = '.explorer-folders-view, .part.editor, .part.titlebar, .breadcrumbs-control, ' +
    '.monaco-list-row:has(.quick-input-list-entry :is(.file-icon, .folder-icon))';
  const unprintable = /[\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]/;
  const ours = (element) => element.closest(others + ', style, script') === null;
  const judge = (element, found, wrong) => {
    if (!(element.textContent ?? '').includes(mark) || !ours(element)) return;
    for (const [name, selector] of places) {
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
  const judgeAll = () => {
    const [found, wrong] = [new Set(), new Set()];
    for (const element of waiting) judge(element, found, wrong);
    waiting.clear();
    if (found.size > 0 || wrong.size > 0) noteHostile([...found], [...wrong]);
  };
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      const element = target instanceof Element ? target : target.parentElement;

      if (element) waiting.add(element);
    }
    judgeAll();
  }).observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
    attributeFilter: ['aria-label', 'title', 'placeholder', 'class'],
  });
}`;
