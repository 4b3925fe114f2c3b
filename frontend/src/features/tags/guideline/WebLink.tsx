import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { safeHref } from '@/lib/dtextLinks';

/** Leads away from here, to an address of the web; anything else is only its text. */
export function WebLink({ href, children }: { href: string; children: ReactNode }) {
  const safe = safeHref(href);
  if (safe === null) return children;
  return (
    <Anchor href={safe} target="_blank" rel="noreferrer noopener nofollow" inherit>
      {children}
    </Anchor>
  );
}
