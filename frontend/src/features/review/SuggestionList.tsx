import { ActionIcon, Text } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { memo } from 'react';
import type { SuggestionRow, Verdict } from '@/client';
import { Kbd } from '@/components/Kbd';
import { isOver, Percent } from '@/components/ProbabilityBar';
import { TagName } from '@/components/TagName';
import { t } from '@/lib/i18n';
import { shortcut } from '@/lib/shortcuts';
import { keepFocus } from './keepFocus';
import { VerdictMark } from './QuestionList';
import type { Reviewer } from './reviewer';
import classes from './SuggestionList.module.css';
import type { Given, Sheet } from './session';

/** As many suggestions as there are number keys. */
const BY_KEY = 9;

type Props = { sheet: Sheet; reviewer: Reviewer };

/** Tags that need no question, each with a quick yes and no; and those the person typed. */
export function SuggestionList({ sheet, reviewer }: Props) {
  const { image } = sheet.card;
  // What has a label already needs no answer, and below the line the tagger is not sure.
  const suggestions = sheet.card.suggestions.filter((said) => !said.state && isOver(said));
  return (
    <>
      {sheet.typed.length > 0 && (
        <section aria-label={t('review.added')}>
          <Text size="xs" fw={600} c="dimmed" mb={4}>
            {t('review.added')}
          </Text>
          <ul className={classes.list}>
            {sheet.typed.map((tag) => (
              <li key={tag} className={classes.row}>
                <VerdictMark given={sheet.answers.get(tag)} />
                <span className={classes.name}>
                  <TagName name={tag} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {suggestions.length > 0 && (
        <section aria-label={t('review.suggestions')}>
          <Text size="xs" fw={600} c="dimmed" mb={4}>
            {t('review.suggestions')}
          </Text>
          <ul className={classes.list}>
            {suggestions.map((suggestion, index) => (
              <Row
                key={suggestion.tag}
                suggestion={suggestion}
                index={index}
                imageId={image.id}
                given={sheet.answers.get(suggestion.tag)}
                reviewer={reviewer}
              />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

type RowProps = {
  suggestion: SuggestionRow;
  index: number;
  imageId: number;
  given: Given | undefined;
  reviewer: Reviewer;
};

const Row = memo(function Row({ suggestion, index, imageId, given, reviewer }: RowProps) {
  const { tag } = suggestion;
  const key = index < BY_KEY ? String(index + 1) : null;
  const yes = t('review.suggestionYes', { tag });
  const reply = (verdict: Verdict) => reviewer.answerTag('suggestion', { imageId, tag, verdict });
  return (
    <li className={classes.row}>
      {given && <VerdictMark given={given} />}
      <span className={classes.name}>
        <TagName name={tag} />
      </span>
      <Percent said={suggestion} />
      {key && <Kbd keys={key} />}
      <ActionIcon
        className={classes.yes}
        aria-label={yes}
        onClick={() => reply('yes')}
        {...keepFocus}
        {...(key ? shortcut(key, yes) : {})}
      >
        <IconCheck size={16} />
      </ActionIcon>
      <ActionIcon
        className={classes.no}
        aria-label={t('review.suggestionNo', { tag })}
        onClick={() => reply('no')}
        {...keepFocus}
      >
        <IconX size={16} />
      </ActionIcon>
    </li>
  );
});
