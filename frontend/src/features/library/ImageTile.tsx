import { Text, Tooltip } from '@mantine/core';
import { IconCopy, IconHourglass, IconSparkles, IconTag } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { memo, type ReactNode } from 'react';
import type { ImageCard } from '@/client';
import { isOver, type Said } from '@/components/ProbabilityBar';
import { formatCompact, formatProbability } from '@/lib/format';
import { t } from '@/lib/i18n';
import classes from './ImageTile.module.css';

type Props = {
  image: ImageCard;
  index: number;
  active: boolean;
  compact: boolean;
  q: string;
  /** How likely the image has the tag that the grid is about, and whether the tagger says yes. */
  said?: Pick<Said, 'probability' | 'line'> | undefined;
  onActive: (index: number) => void;
};

export const ImageTile = memo(function ImageTile({
  image,
  index,
  active,
  compact,
  q,
  said,
  onActive,
}: Props) {
  const { positives, near_duplicates: near, pretagged } = image;
  const percent = said && formatProbability(said.probability);
  const marks = [
    percent !== undefined && t('library.nearMark', { percent }),
    positives > 0 && t('library.positives', { count: positives }),
    near > 0 && t('library.nearDuplicates', { count: near }),
    pretagged ? t('library.pretagged') : t('library.notPretagged'),
  ].filter((mark) => mark !== false);
  return (
    // biome-ignore lint/a11y/useSemanticElements: see the list around it
    <div role="listitem" className={classes.item}>
      <Link
        to="/images/$id"
        params={{ id: String(image.id) }}
        search={q === '' ? {} : { q }}
        preload={false}
        className={classes.tile}
        tabIndex={active ? 0 : -1}
        data-index={index}
        onFocus={() => onActive(index)}
        aria-label={[image.name, ...marks].join(', ')}
      >
        <img
          src={image.thumbnail_url}
          alt=""
          width={image.width}
          height={image.height}
          loading="lazy"
          decoding="async"
          className={classes.picture}
        />
        {said && (
          <span className={classes.percent} data-over={isOver(said) || undefined} aria-hidden="true">
            {percent}
          </span>
        )}
        <span className={classes.marks} aria-hidden="true">
          {near > 0 && (
            <Mark hint={t('library.nearDuplicates', { count: near })} warn>
              <IconCopy size={13} /> {!compact && formatCompact(near)}
            </Mark>
          )}
          {!pretagged && (
            <Mark hint={t('library.notPretagged')}>
              <IconHourglass size={13} />
            </Mark>
          )}
        </span>
        {!compact && (
          <span className={classes.caption} data-counts={positives > 0 || undefined} aria-hidden="true">
            <Text span size="xs" truncate className={classes.name}>
              {image.name}
            </Text>
            {pretagged && <IconSparkles size={13} className={classes.pretagged} />}
            {positives > 0 && (
              <span className={classes.count}>
                <IconTag size={13} /> {formatCompact(positives)}
              </span>
            )}
          </span>
        )}
      </Link>
    </div>
  );
});

function Mark({ hint, warn, children }: { hint: string; warn?: boolean; children: ReactNode }) {
  return (
    <Tooltip label={hint}>
      <span className={classes.mark} data-warn={warn || undefined}>
        {children}
      </span>
    </Tooltip>
  );
}
