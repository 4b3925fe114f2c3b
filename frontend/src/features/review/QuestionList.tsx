import { Text } from '@mantine/core';
import { IconCheck, IconCircle, IconQuestionMark, IconX, IconZoomCheck } from '@tabler/icons-react';
import { memo, useEffect, useRef } from 'react';
import type { QuestionRow } from '@/client';
import { isSaid, ProbabilityBar } from '@/components/ProbabilityBar';
import { TagName } from '@/components/TagName';
import { t } from '@/lib/i18n';
import { keepFocus } from './keepFocus';
import classes from './QuestionList.module.css';
import type { Reviewer } from './reviewer';
import type { Given, Sheet } from './session';

export function VerdictMark({ given }: { given: Given | undefined }) {
  if (!given) return <IconCircle size={14} className={classes.unanswered} aria-label={t('review.open')} />;
  const key = given.verdict === 'yes' && given.atFullSize ? 'yesFull' : given.verdict;
  const label = t('review.answered', { verdict: t(`review.${key}`) });
  const Mark = { yes: IconCheck, yesFull: IconZoomCheck, no: IconX, unsure: IconQuestionMark }[key];
  return (
    <Mark size={16} stroke={2.4} className={classes.mark} data-verdict={given.verdict} aria-label={label} />
  );
}

type Props = { sheet: Sheet; reviewer: Reviewer };

/** All questions about the image, with what was answered. */
export function QuestionList({ sheet, reviewer }: Props) {
  const list = useRef<HTMLOListElement>(null);
  const { cursor } = sheet;
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      const row = list.current?.children[cursor];
      const pane = row?.closest('[data-pane]');
      // Only the rail moves: on a phone, where it is as long as its content, the page stays where it is.
      if (row && pane && pane.scrollHeight > pane.clientHeight) row.scrollIntoView({ block: 'nearest' });
    });
    return () => cancelAnimationFrame(frame);
  }, [cursor]);
  return (
    <section aria-label={t('review.questions')}>
      <Text size="xs" fw={600} c="dimmed" mb={4}>
        {t('review.questions')}
      </Text>
      <ol className={classes.list} ref={list}>
        {sheet.card.questions.map((question, index) => (
          <Row
            key={question.tag}
            question={question}
            index={index}
            current={index === cursor}
            given={sheet.answers.get(question.tag)}
            reviewer={reviewer}
          />
        ))}
      </ol>
    </section>
  );
}

type RowProps = {
  question: QuestionRow;
  index: number;
  current: boolean;
  given: Given | undefined;
  reviewer: Reviewer;
};

/** Drawn anew only when it changes itself: an answer touches two rows. */
const Row = memo(function Row({ question, index, current, given, reviewer }: RowProps) {
  return (
    <li>
      <button
        type="button"
        className={classes.row}
        aria-current={current ? 'step' : undefined}
        onClick={() => reviewer.choose(index)}
        {...keepFocus}
      >
        <VerdictMark given={given} />
        <span className={classes.name}>
          <TagName name={question.tag} />
        </span>
        {isSaid(question) && <ProbabilityBar said={question} small />}
      </button>
    </li>
  );
});
