import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { Markup } from '@/client';
import { DText } from './DText';
import classes from './Guideline.module.css';

// What reads Markdown is large, and most guidelines are DText.
const MarkdownText = lazy(() =>
  import('./MarkdownText').then((module) => ({ default: module.MarkdownText })),
);

/** A guideline's text as it is read. */
export function Guideline({ markup, body }: { markup: Markup; body: string }) {
  return (
    <div className={classes.text}>
      {markup === 'dtext' ? (
        <DText source={body} />
      ) : (
        <Suspense fallback={<Skeleton h={60} />}>
          <MarkdownText source={body} />
        </Suspense>
      )}
    </div>
  );
}
