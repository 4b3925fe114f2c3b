import { useCallback, useLayoutEffect, useRef } from 'react';

/** The same function for as long as the component lives, which does what `act` does now: rows that get it need no drawing anew. */
export function useStable<A extends unknown[]>(act: (...args: A) => void): (...args: A) => void {
  const now = useRef(act);
  useLayoutEffect(() => {
    now.current = act;
  });
  return useCallback((...args: A) => now.current(...args), []);
}
