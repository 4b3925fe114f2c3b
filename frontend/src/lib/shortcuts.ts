/**
 * Keyboard shortcuts, declared on the element they belong to:
 *
 *     <Button {...shortcut('y', t('review.yes'))}>
 *
 * One listener on the document finds the element that declares the pressed key and clicks it (a text field, or an
 * element with `data-shortcut-focus`, is focused instead). Alternatives are separated by commas ("a,Enter"), a sequence by a space ("g l"), modifiers are written in
 * front ("ctrl+z", where ctrl also means cmd). Keys are left alone while a person types, and those of the page are
 * left alone while a dialog is open above it.
 */
const sequenceMs = 1_500;
const dialogs = '[role="dialog"][aria-modal="true"]';
const overlays = '[role="dialog"], [role="menu"], [role="listbox"]';

export type ShortcutProps = {
  'data-shortcut': string;
  'data-shortcut-label': string;
  'aria-keyshortcuts': string;
};

export function shortcut(keys: string, label: string): ShortcutProps {
  const aria = alternatives(keys).map((key) =>
    key.replace(/^ctrl\+/, 'Control+').replace(/^shift\+/, 'Shift+'),
  );
  return { 'data-shortcut': keys, 'data-shortcut-label': label, 'aria-keyshortcuts': aria.join(' ') };
}

export function alternatives(keys: string): string[] {
  // A comma can itself be a key: ",,x" and a lone "," keep it.
  return keys === ',' ? [','] : keys.split(',').map((key) => key.trim());
}

/** How a key press is written in `data-shortcut`; empty for modifier keys alone. */
export function keyOf(event: KeyboardEvent): string {
  let key = event.key;
  if (['Shift', 'Control', 'Alt', 'Meta', 'AltGraph', 'Dead', 'Unidentified'].includes(key)) return '';
  if (key === ' ') key = 'Space';
  // On a keyboard of another script the letter is taken from the key's place.
  if (key.length === 1 && key > '\u007f' && event.code.startsWith('Key')) key = event.code.slice(3);
  const letter = /^[a-z]$/i.test(key);
  if (letter) key = key.toLowerCase();
  const shift = event.shiftKey && (letter || key.length > 1) ? 'shift+' : '';
  const alt = event.altKey ? 'alt+' : '';
  const ctrl = event.ctrlKey || event.metaKey ? 'ctrl+' : '';
  return `${ctrl}${alt}${shift}${key}`;
}

export type Shown = { keys: string; label: string };

/** What can be pressed now, for the help: the dialog above the page, or the page. */
export function shortcutsOnPage(root: ParentNode = scope()): Shown[] {
  const shown = new Map<string, Shown>();
  for (const element of root.querySelectorAll<HTMLElement>('[data-shortcut]')) {
    const keys = element.dataset.shortcut ?? '';
    if (shown.has(keys) || !usable(element)) continue;
    const label =
      element.dataset.shortcutLabel ?? element.getAttribute('aria-label') ?? element.textContent ?? '';
    shown.set(keys, { keys, label: label.trim() });
  }
  return [...shown.values()];
}

/** Listens on the document until the returned function is called. */
export function bindShortcuts(): () => void {
  let pending = '';
  let pendingAt = 0;
  let overlayOpen = false;

  // Looked at before anybody else sees the key: Escape closes what is open, and that is all it does.
  function onKeyDownFirst(event: KeyboardEvent): void {
    overlayOpen =
      event.key === 'Escape' && [...document.querySelectorAll<HTMLElement>(overlays)].some(visible);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || overlayOpen) return;
    const key = keyOf(event);
    if (!key) return;
    const sequence = pending && event.timeStamp - pendingAt < sequenceMs ? `${pending} ${key}` : '';
    pending = '';
    if (isTyping(event.target) && key !== 'ctrl+Enter') return;
    const root = scope();
    const element = (sequence && find(root, sequence)) || find(root, key);
    if (element) {
      if (event.repeat && element.dataset.shortcutRepeat === undefined) return;
      if (nativelyHandled(event, element)) return;
      event.preventDefault();
      press(element);
    } else if (startsSequence(root, key) && !event.repeat) {
      pending = key;
      pendingAt = event.timeStamp;
    }
  }

  document.addEventListener('keydown', onKeyDownFirst, { capture: true });
  document.addEventListener('keydown', onKeyDown);
  return () => {
    document.removeEventListener('keydown', onKeyDownFirst, { capture: true });
    document.removeEventListener('keydown', onKeyDown);
  };
}

function scope(): ParentNode {
  return [...document.querySelectorAll<HTMLElement>(dialogs)].filter(visible).at(-1) ?? document;
}

function find(root: ParentNode, keys: string): HTMLElement | undefined {
  return declared(root).find((element) => alternatives(element.dataset.shortcut ?? '').includes(keys));
}

function startsSequence(root: ParentNode, key: string): boolean {
  return declared(root).some((element) =>
    alternatives(element.dataset.shortcut ?? '').some((keys) => keys.startsWith(`${key} `)),
  );
}

function declared(root: ParentNode): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>('[data-shortcut]')].filter(usable);
}

function usable(element: HTMLElement): boolean {
  if (element.matches(':disabled, [aria-disabled="true"], [data-disabled="true"]')) return false;
  return !element.closest('[hidden], [inert]') && visible(element);
}

function visible(element: HTMLElement): boolean {
  return typeof element.checkVisibility === 'function' ? element.checkVisibility() : true;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (
    target.matches('textarea, select, [role="textbox"], [role="combobox"], [role="listbox"], [role="menu"] *')
  )
    return true;
  const untyped = ['button', 'checkbox', 'radio', 'range', 'submit', 'reset', 'file', 'color', 'image'];
  return target instanceof HTMLInputElement && !untyped.includes(target.type);
}

/** Enter and Space belong to the focused control, arrows to a focused slider or radio. */
function nativelyHandled(event: KeyboardEvent, element: HTMLElement): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement) || target === element) return false;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (event.key === 'Enter' || event.key === ' ')
    return target.matches('button, a[href], summary, input, [role="button"]');
  return (
    event.key.startsWith('Arrow') &&
    target.matches('input[type="range"], input[type="radio"], [role="slider"], [role="tab"]')
  );
}

function press(element: HTMLElement): void {
  if (element.dataset.shortcutFocus !== undefined || isTyping(element)) element.focus();
  else element.click();
}
