import { useId } from '@mantine/hooks';
import { type KeyboardEvent, useState } from 'react';

type Parts = {
  /** What was typed: when it changes, nothing is marked any more. */
  typed: string;
  count: number;
  /** Whether the list is about what is typed now, and not about what was typed before. */
  settled: boolean;
  /** A click, or Enter on the marked one. */
  onPick: (index: number) => void;
  /** Tab: the marked one or the first. */
  onComplete: (index: number) => void;
  /** Tab before the list has come. */
  onCompleteEarly?: (() => void) | undefined;
};

/**
 * The keys and the ARIA of a field with a list below it. The list never forces itself on anybody: nothing is marked until an
 * arrow key marks it, so Enter is about what was typed; Tab completes the marked one or the first.
 */
export function useCompletions({ typed, count, settled, onPick, onComplete, onCompleteEarly }: Parts) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const [marked, setMarked] = useState(-1);
  const [about, setAbout] = useState(typed);
  if (about !== typed) {
    setAbout(typed);
    setMarked(-1);
  }
  const shown = open && count > 0;
  const active = shown && marked < count ? marked : -1;

  /** Up and down go round, by way of what was typed. */
  function move(by: 1 | -1): void {
    setOpen(true);
    if (count > 0) setMarked(((active + 1 + by + count + 1) % (count + 1)) - 1);
  }

  /** Whether the key was for the list. */
  function onKeyDown(event: KeyboardEvent): boolean {
    if (event.nativeEvent.isComposing || event.altKey) return false;
    const ctrl = event.ctrlKey || event.metaKey;
    if (!ctrl && (event.key === 'ArrowDown' || event.key === 'ArrowUp'))
      move(event.key === 'ArrowDown' ? 1 : -1);
    else if (event.key === 'Enter' && !ctrl && active >= 0) onPick(active);
    else if (event.key === 'Enter' && ctrl && shown && settled) onPick(Math.max(active, 0));
    else if (event.key === 'Tab' && !ctrl && !event.shiftKey && active >= 0) onComplete(active);
    else if (event.key === 'Tab' && !ctrl && !event.shiftKey && shown && settled) onComplete(0);
    else if (event.key === 'Tab' && !ctrl && !event.shiftKey && open && !settled && onCompleteEarly)
      onCompleteEarly();
    else if (event.key === 'Escape' && shown) setOpen(false);
    else return false;
    event.preventDefault();
    return true;
  }

  return {
    id,
    shown,
    active,
    pick: onPick,
    open: () => setOpen(true),
    close: () => {
      setOpen(false);
      setMarked(-1);
    },
    onKeyDown,
    optionId: (index: number) => `${id}-${index}`,
    aria: {
      role: 'combobox',
      'aria-autocomplete': 'list',
      'aria-haspopup': 'listbox',
      'aria-expanded': shown,
      'aria-controls': shown ? id : undefined,
      'aria-activedescendant': active >= 0 ? `${id}-${active}` : undefined,
      autoComplete: 'off',
      autoCapitalize: 'off',
      spellCheck: false,
    },
  } as const;
}

export type CompletionList = ReturnType<typeof useCompletions>;
