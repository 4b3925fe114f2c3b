import { Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useDeferredValue, useMemo, useState } from 'react';
import type { ImageDetail, LabelRow } from '@/client';
import { formatNumber } from '@/lib/format';
import { t } from '@/lib/i18n';
import { Complete } from './Complete';
import { EditTags } from './EditTags';
import { LabelGroup } from './LabelGroup';
import classes from './Labels.module.css';
import { Section } from './Section';
import { byCategory, standingOf } from './tags';
import type { Answering } from './useAnswering';
import { useStable } from './useStable';

const manyLabels = 15;

type Props = { image: ImageDetail; answering: Answering; mayAnswer: boolean };

/** The tags of the image by category, with where each comes from; added by typing, taken away by a click. */
export function Labels({ image, answering, mayAnswer }: Props) {
  const [text, setText] = useState('');
  const wanted = useDeferredValue(text.trim().toLowerCase().replace(/\s+/g, '_'));
  const own = useMemo(() => standingOf(image.answers), [image.answers]);
  const onEdit = useStable(answering.edit);
  const onTakeBack = useStable(answering.undo);
  const { there, not } = useMemo(() => split(image.labels, wanted), [image.labels, wanted]);
  const shared = { own, mayAnswer, onEdit, onTakeBack };
  return (
    <Section title={t('image.labels')} text={image.labels.length > 0 ? figures(image.labels) : undefined}>
      {mayAnswer && <EditTags labels={image.labels} onChanges={onEdit} />}
      {image.labels.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('image.labelsNone')}
        </Text>
      )}
      {image.labels.length > manyLabels && (
        <TextInput
          size="xs"
          aria-label={t('image.filter')}
          placeholder={t('image.filter')}
          leftSection={<IconSearch size={15} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
      {wanted !== '' && there.length + not.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('image.filterNothing', { text: wanted })}
        </Text>
      )}
      <div className={classes.scroll} tabIndex={image.labels.length > manyLabels ? 0 : undefined}>
        {byCategory(there).map(({ category, labels }) => (
          <LabelGroup key={category} title={t(`image.category_${category}`)} labels={labels} {...shared} />
        ))}
        {not.length > 0 && (
          <details key={String(wanted !== '')} open={wanted !== '' || undefined}>
            <summary className={classes.summary}>{t('image.notThere', { count: not.length })}</summary>
            {byCategory(not).map(({ category, labels }) => (
              <LabelGroup
                key={category}
                title={t(`image.category_${category}`)}
                labels={labels}
                {...shared}
              />
            ))}
          </details>
        )}
      </div>
      <Complete image={image} answering={answering} mayAnswer={mayAnswer} />
    </Section>
  );
}

/** Those that are there or disputed, and those that are not there. */
function split(labels: LabelRow[], wanted: string): { there: LabelRow[]; not: LabelRow[] } {
  const found = wanted === '' ? labels : labels.filter(({ tag }) => tag.includes(wanted));
  return {
    there: found.filter(({ state }) => state !== 'negative'),
    not: found.filter(({ state }) => state === 'negative'),
  };
}

function figures(labels: LabelRow[]): string {
  const count = (state: LabelRow['state']) => labels.filter((label) => label.state === state).length;
  const disputed = count('conflicting');
  return [
    t('image.countThere', { count: count('positive') }),
    count('negative') > 0 && t('image.countNot', { count: formatNumber(count('negative')) }),
    disputed > 0 && t('image.countDisputed', { count: formatNumber(disputed) }),
  ]
    .filter(Boolean)
    .join(' · ');
}
