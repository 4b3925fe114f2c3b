import type { ReactNode } from 'react';

/** The page's own headings come first: those of a text begin below them. */
export function Heading({ level, children }: { level: number; children: ReactNode }) {
  if (level <= 2) return <h3>{children}</h3>;
  if (level <= 4) return <h4>{children}</h4>;
  return <h5>{children}</h5>;
}
