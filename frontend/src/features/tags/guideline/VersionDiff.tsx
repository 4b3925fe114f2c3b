import { Stack, Text, VisuallyHidden } from '@mantine/core';
import { useMemo } from 'react';
import type { GuidelineRow } from '@/client';
import { t } from '@/lib/i18n';
import { type Line, lineDiff, shortened } from '@/lib/lines';
import classes from './Guideline.module.css';

type Version = Pick<GuidelineRow, 'markup' | 'body' | 'photo_note' | 'drawn_note' | 'other_names'>;

const nothing: Version = { markup: 'markdown', body: '', photo_note: '', drawn_note: '', other_names: [] };

type Props = { before: Version | undefined; after: Version };

/** What differs between two versions of a guideline, part by part. */
export function VersionDiff({ before = nothing, after }: Props) {
  const parts = useMemo(
    () =>
      [
        { title: t('tags.body'), lines: lineDiff(before.body, after.body) },
        { title: t('tags.photoNote'), lines: lineDiff(before.photo_note, after.photo_note) },
        { title: t('tags.drawnNote'), lines: lineDiff(before.drawn_note, after.drawn_note) },
        {
          title: t('tags.otherNames'),
          lines: lineDiff(before.other_names.join('\n'), after.other_names.join('\n')),
        },
      ].filter(({ lines }) => lines.some(({ kind }) => kind !== 'same')),
    [before, after],
  );
  const markup = before !== nothing && before.markup !== after.markup;
  return (
    <Stack gap="xs">
      {markup && <Text size="sm">{t('tags.markupNow', { markup: t(`tags.markup_${after.markup}`) })}</Text>}
      {parts.map(({ title, lines }) => (
        <div key={title}>
          <Text size="xs" fw={600} mb={4}>
            {title}
          </Text>
          <Lines lines={lines} />
        </div>
      ))}
      {parts.length === 0 && !markup && (
        <Text size="sm" c="dimmed">
          {t('tags.noDifference')}
        </Text>
      )}
    </Stack>
  );
}

const signs = { same: ' ', added: '+', removed: '−' } as const;

function Lines({ lines }: { lines: Line[] }) {
  return (
    <div className={classes.diff}>
      {shortened(lines).map((line, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines never change places
        <div key={place} className={classes.line} data-kind={line?.kind ?? 'gap'}>
          <span aria-hidden="true">{line ? signs[line.kind] : '⋯'}</span>
          <span>
            {line && line.kind !== 'same' && <VisuallyHidden>{t(`tags.line_${line.kind}`)} </VisuallyHidden>}
            {line?.text}
          </span>
        </div>
      ))}
    </div>
  );
}
