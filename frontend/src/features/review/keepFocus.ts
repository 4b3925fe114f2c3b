import type { MouseEvent } from 'react';

/** A click leaves the focus where it was, so that Space and Enter keep their meaning afterwards. */
export const keepFocus = { onMouseDown: (event: MouseEvent) => event.preventDefault() };
