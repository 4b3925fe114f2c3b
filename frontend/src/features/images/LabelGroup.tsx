import { Button, Text } from '@mantine/core';
import { IconArrowBackUp, IconPlus, IconScale, IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { memo, useState } from 'react';
import type { AnswerRow, LabelRow } from '@/client';
import { SourceIcon } from '@/components/sources';
import { TagLink } from '@/components/TagLink';
import { formatNumber } from '@/lib/format';
import { t } from '@/lib/i18n';
import classes from './Labels.module.css';
import type { Change } from './tags';

/** More than an image usually has; the rest is one click, or the filter, away. */
const shownAtFirst = 100;

type Shared = {
  mayAnswer: boolean;
  onEdit: (changes: Change[]) => void;
  onTakeBack: (id: string) => void;
};
type Props = Shared & {
  title: string;
  labels: LabelRow[];
  own: ReadonlyMap<string, AnswerRow>;
};

/** The tags of one category. */
export function LabelGroup({ title, labels, own, ...shared }: Props) {
  const [all, setAll] = useState(false);
  const shown = all ? labels : labels.slice(0, shownAtFirst);
  return (
    <section className={classes.group} aria-label={title}>
      <Text size="xs" fw={600} c="dimmed">
        {title} <span className="tabular">{formatNumber(labels.length)}</span>
      </Text>
      <ul className={classes.list}>
        {shown.map((label) => (
          <Row key={label.tag} label={label} answerId={own.get(label.tag)?.id} {...shared} />
        ))}
      </ul>
      {shown.length < labels.length && (
        <Button size="compact-xs" variant="subtle" onClick={() => setAll(true)}>
          {t('image.showAll', { count: labels.length })}
        </Button>
      )}
    </section>
  );
}

type RowProps = Shared & { label: LabelRow; answerId: string | undefined };

/** One tag. Plain elements: there may be a thousand of them. */
const Row = memo(function Row({ label, answerId, mayAnswer, onEdit, onTakeBack }: RowProps) {
  const { tag, category, state, source, automatic } = label;
  const negative = state === 'negative';
  const quiet = source === 'implied' || source === 'automatic';
  return (
    <li className={classes.row} data-state={state} data-quiet={quiet || undefined}>
      <SourceIcon source={source} />
      <span className={classes.name}>
        <TagLink name={tag} category={category} size="13px" />
      </span>
      {state === 'conflicting' && (
        <Link
          to="/conflicts"
          search={{ tag }}
          preload={false}
          className={classes.disputed}
          aria-label={t('image.disputed', { tag })}
          title={t('image.disputed', { tag })}
        >
          <IconScale size={15} />
        </Link>
      )}
      {mayAnswer && !automatic && (
        <span className={classes.acts}>
          {answerId !== undefined && (
            <button
              type="button"
              className={classes.act}
              aria-label={t('image.takeBackOwn', { tag })}
              title={t('image.takeBackOwn', { tag })}
              onClick={() => onTakeBack(answerId)}
            >
              <IconArrowBackUp size={15} />
            </button>
          )}
          {state !== 'positive' && (
            <button
              type="button"
              className={classes.act}
              aria-label={t('image.yesTo', { tag })}
              title={t('image.yesTo', { tag })}
              onClick={() => onEdit([{ tag, verdict: 'yes' }])}
            >
              <IconPlus size={15} />
            </button>
          )}
          {!negative && (
            <button
              type="button"
              className={classes.act}
              aria-label={t('image.remove', { tag })}
              title={t('image.remove', { tag })}
              onClick={() => onEdit([{ tag, verdict: 'no' }])}
            >
              <IconX size={15} />
            </button>
          )}
        </span>
      )}
    </li>
  );
});
