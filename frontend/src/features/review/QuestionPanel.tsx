import { ActionIcon, Badge, Button, Group, Stack, Text, Title, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconChevronDown, IconChevronUp, IconPlayerSkipForward } from '@tabler/icons-react';
import { memo } from 'react';
import { Kbd } from '@/components/Kbd';
import { isSaid, ProbabilityBar } from '@/components/ProbabilityBar';
import { TagName } from '@/components/TagName';
import { hasMessage, t } from '@/lib/i18n';
import { shortcut } from '@/lib/shortcuts';
import { Answers } from './Answers';
import { keepFocus } from './keepFocus';
import classes from './QuestionPanel.module.css';
import type { Reviewer } from './reviewer';
import type { Sheet } from './session';

type Props = { sheet: Sheet; reviewer: Reviewer; canUndo: boolean };

export function QuestionPanel({ sheet, reviewer, canUndo }: Props) {
  const { questions, image } = sheet.card;
  const question = questions[sheet.cursor];
  if (!question) return null;
  const { tag, category } = question;
  const given = sheet.answers.get(tag);
  const categoryKey = `review.category_${category}`;
  return (
    <Stack gap="sm">
      <Stack gap={2}>
        <Group justify="space-between" wrap="nowrap">
          <Text c="dimmed" size="sm">
            {t('review.ask')}
          </Text>
          <Steps cursor={sheet.cursor} count={questions.length} reviewer={reviewer} />
        </Group>
        <Group gap="xs" align="center" aria-live="polite" aria-atomic="true">
          <Title order={2} className={classes.tag} data-testid="question">
            <TagName name={tag} />
          </Title>
          {hasMessage(categoryKey) && <Badge color="gray">{t(categoryKey as 'review.category_meta')}</Badge>}
        </Group>
      </Stack>
      {isSaid(question) ? (
        <ProbabilityBar said={question} />
      ) : (
        <Text size="sm" c="dimmed">
          {question.reason}
        </Text>
      )}

      <Answers imageId={image.id} tag={tag} given={given} reviewer={reviewer} />

      <Group gap="xs" grow mt={-4} mb={-4}>
        <Undo canUndo={canUndo} reviewer={reviewer} />
        <Skip imageId={image.id} reviewer={reviewer} />
      </Group>
    </Stack>
  );
}

type StepsProps = { cursor: number; count: number; reviewer: Reviewer };

function Steps({ cursor, count, reviewer }: StepsProps) {
  return (
    <Group gap={2} wrap="nowrap">
      <Text size="sm" c="dimmed" className="tabular" mr={4}>
        {t('review.questionOf', { number: cursor + 1, count })}
      </Text>
      <Step by={-1} disabled={cursor === 0} reviewer={reviewer} />
      <Step by={1} disabled={cursor === count - 1} reviewer={reviewer} />
    </Group>
  );
}

type StepProps = { by: 1 | -1; disabled: boolean; reviewer: Reviewer };

const Step = memo(function Step({ by, disabled, reviewer }: StepProps) {
  const label = by === 1 ? t('review.next') : t('review.previous');
  const Icon = by === 1 ? IconChevronDown : IconChevronUp;
  return (
    <ActionIcon
      size="sm"
      className={classes.quiet}
      aria-label={label}
      disabled={disabled}
      onClick={() => reviewer.step(by)}
      {...keepFocus}
      {...shortcut(by === 1 ? 'ArrowDown,j' : 'ArrowUp,k', label)}
      data-shortcut-repeat=""
    >
      <Icon size={16} />
    </ActionIcon>
  );
});

type SkipProps = { imageId: number; reviewer: Reviewer };

const Skip = memo(function Skip({ imageId, reviewer }: SkipProps) {
  return (
    <Button
      size="xs"
      variant="subtle"
      color="gray"
      leftSection={<IconPlayerSkipForward size={16} />}
      rightSection={<Kbd keys="s" />}
      onClick={() => reviewer.skip(imageId)}
      {...keepFocus}
      {...shortcut('s', t('review.skip'))}
    >
      {t('review.skip')}
    </Button>
  );
});

type UndoProps = { canUndo: boolean; reviewer: Reviewer };

export const Undo = memo(function Undo({ canUndo, reviewer }: UndoProps) {
  return (
    <Tooltip label={t('review.undoHint')} multiline w={240}>
      <Button
        size="xs"
        variant="subtle"
        color="gray"
        className={classes.quiet}
        disabled={!canUndo}
        leftSection={<IconArrowBackUp size={16} />}
        rightSection={<Kbd keys="Backspace" />}
        onClick={() => reviewer.undo()}
        {...keepFocus}
        {...shortcut('Backspace,ctrl+z', t('review.undo'))}
        data-shortcut-repeat=""
      >
        {t('review.undo')}
      </Button>
    </Tooltip>
  );
});
