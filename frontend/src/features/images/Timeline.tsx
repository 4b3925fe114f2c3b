import { Button, Text } from '@mantine/core';
import { IconChecks, IconFileImport } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { AnswerRow, ImageDetail, ImportedRow } from '@/client';
import { LinkButton } from '@/components/links';
import { TagLink } from '@/components/TagLink';
import { HowIcon, VerdictBadge } from '@/components/verdicts';
import { formatAgo, formatDate, formatProbability } from '@/lib/format';
import { t } from '@/lib/i18n';
import { useCan } from '@/lib/session';
import { answersOfQuery } from './api';
import { Section } from './Section';
import classes from './Timeline.module.css';
import { type Moment, type TakenBack, timelineOf } from './timeline';
import type { Answering } from './useAnswering';

type Props = { image: ImageDetail; answering: Answering };

/** Who said what when, and what came with files; what was taken back stays, struck through. */
export function Timeline({ image, answering }: Props) {
  const anyGone = image.answers.some(({ retracted }) => retracted);
  const events = useQuery({ ...answersOfQuery(image.id), enabled: anyGone }).data?.items ?? [];
  const moments = timelineOf(image, events);
  return (
    <Section title={t('image.history')} actions={moments.length > 0 && <All id={image.id} />}>
      {moments.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('image.historyNone')}
        </Text>
      )}
      {moments.length > 0 && (
        <ol className={classes.list}>
          {moments.map((moment) => (
            <Entry key={moment.key} moment={moment} onTakeBack={answering.undo} />
          ))}
        </ol>
      )}
    </Section>
  );
}

function All({ id }: { id: number }) {
  return (
    <LinkButton to="/history" search={{ image: id }} preload={false} size="compact-xs" variant="subtle">
      {t('image.historyAll')}
    </LinkButton>
  );
}

function Entry({ moment, onTakeBack }: { moment: Moment; onTakeBack: (id: string) => void }) {
  const { at } = moment;
  if (moment.kind === 'answer')
    return <Answer answer={moment.answer} takenBack={moment.takenBack} onTakeBack={onTakeBack} />;
  if (moment.kind === 'import') return <Imported imported={moment.imported} />;
  return (
    <Line icon={<IconChecks size={16} stroke={1.7} />} by={moment.completion.by} at={at}>
      {t('image.saidComplete')}
    </Line>
  );
}

type LineProps = {
  icon: ReactNode;
  by?: string;
  at: string;
  gone?: string | undefined;
  more?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
};

function Line({ icon, by, at, gone, more, action, children }: LineProps) {
  return (
    <li className={classes.moment} data-gone={gone}>
      <span className={classes.icon}>{icon}</span>
      <div>
        <div className={classes.said}>{children}</div>
        <div className={classes.when} title={formatDate(at)}>
          {by === undefined ? formatAgo(at) : t('image.answerBy', { by, ago: formatAgo(at) })}
        </div>
        {gone && <div className={classes.gone}>{gone}</div>}
        {more}
      </div>
      {action}
    </li>
  );
}

type AnswerProps = { answer: AnswerRow; takenBack: TakenBack | null; onTakeBack: (id: string) => void };

function Answer({ answer, takenBack, onTakeBack }: AnswerProps) {
  const mayAnswer = useCan('answer');
  const mayCurate = useCan('label.curate');
  const { id, tag, category, verdict, how, probability, by, mine, at, retracted } = answer;
  const gone = !retracted
    ? undefined
    : takenBack?.by
      ? t('image.retractedBy', { by: takenBack.by, ago: formatAgo(takenBack.at) })
      : t('image.retracted');
  const action = !retracted && mayAnswer && (mine || mayCurate) && (
    <Button
      size="compact-xs"
      variant="subtle"
      color="gray"
      aria-label={t('image.undoAnswer', { verdict: t(`image.verdict_${verdict}`), tag })}
      onClick={() => onTakeBack(id)}
    >
      {t('image.undo')}
    </Button>
  );
  return (
    <Line icon={<HowIcon how={how} />} by={by} at={at} gone={gone} action={action}>
      <VerdictBadge verdict={verdict} />
      <TagLink name={tag} category={category} />
      {probability !== null && (
        <Text span size="xs" c="dimmed" title={t('history.probabilityHint')}>
          {formatProbability(probability)}
        </Text>
      )}
    </Line>
  );
}

function Imported({
  imported: { origin, positive, negative, complete, at, retracted },
}: {
  imported: ImportedRow;
}) {
  const more = positive.length + negative.length > 0 && (
    <details className={classes.tags}>
      <summary>{t('image.importedTags')}</summary>
      {positive.join(' ')}
      {negative.length > 0 && ` ${negative.map((tag) => `-${tag}`).join(' ')}`}
    </details>
  );
  return (
    <Line
      icon={<IconFileImport size={16} stroke={1.7} />}
      at={at}
      gone={retracted ? t('image.retracted') : undefined}
      more={more}
    >
      {t('image.imported', { count: positive.length + negative.length, origin })}
      {complete && ` ${t('image.importedComplete')}`}
    </Line>
  );
}
