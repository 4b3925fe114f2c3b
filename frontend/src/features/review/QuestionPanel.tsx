import { ActionIcon, Badge, Button, Group, Stack, Text, Title, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconChevronDown, IconChevronUp, IconPlayerSkipForward } from '@tabler/icons-react';
import type { Verdict } from '@/client';
import { Kbd } from '@/components/Kbd';
import { ScoreBar } from '@/components/ScoreBar';
import { TagName } from '@/components/TagName';
import { hasMessage, t } from '@/lib/i18n';
import { shortcut } from '@/lib/shortcuts';
import { keepFocus } from './keepFocus';
import classes from './QuestionPanel.module.css';
import type { Reviewer } from './reviewer';
import type { Sheet } from './session';

type Props = { sheet: Sheet; threshold: number; reviewer: Reviewer; canUndo: boolean };

export function QuestionPanel({ sheet, threshold, reviewer, canUndo }: Props) {
  const { questions, image } = sheet.card;
  const question = questions[sheet.cursor];
  if (!question) return null;
  const { tag, score, category } = question;
  const given = sheet.answers.get(tag);
  const reply = (verdict: Verdict, atFullSize = false) =>
    reviewer.answer({ imageId: image.id, tag, verdict, atFullSize });
  const variant = (verdict: Verdict, atFullSize = false) =>
    given?.verdict === verdict && given.atFullSize === atFullSize ? 'outline' : undefined;
  const categoryKey = `review.category_${category}`;
  return (
    <Stack gap="sm">
      <Stack gap={2}>
        <Group justify="space-between" wrap="nowrap">
          <Text c="dimmed" size="sm">
            {t('review.ask')}
          </Text>
          <Steps sheet={sheet} reviewer={reviewer} />
        </Group>
        <Group gap="xs" align="center" aria-live="polite" aria-atomic="true">
          <Title order={2} className={classes.tag} data-testid="question">
            <TagName name={tag} />
          </Title>
          {hasMessage(categoryKey) && <Badge color="gray">{t(categoryKey as 'review.category_meta')}</Badge>}
        </Group>
      </Stack>
      <ScoreBar score={score} threshold={threshold} />

      <div className={classes.answers}>
        <Answer
          keys="y,a,ArrowRight"
          label={t('review.yes')}
          color="teal.9"
          variant={variant('yes')}
          onClick={() => reply('yes')}
        />
        <Answer
          keys="n,x"
          label={t('review.no')}
          color="red.8"
          variant={variant('no')}
          onClick={() => reply('no')}
        />
        <Answer
          keys="u,Space"
          label={t('review.unsure')}
          color="gray"
          variant={variant('unsure') ?? 'light'}
          onClick={() => reply('unsure')}
        />
        <Tooltip label={t('review.yesFullHint')} multiline w={260}>
          <Answer
            keys="shift+y"
            label={t('review.yesFull')}
            color="teal"
            variant={variant('yes', true) ?? 'light'}
            onClick={() => reply('yes', true)}
          />
        </Tooltip>
      </div>

      <Group gap="xs" grow mt={-4} mb={-4}>
        <Undo canUndo={canUndo} reviewer={reviewer} />
        <Button
          size="xs"
          variant="subtle"
          color="gray"
          leftSection={<IconPlayerSkipForward size={16} />}
          rightSection={<Kbd keys="s" />}
          onClick={() => reviewer.skip(image.id)}
          {...keepFocus}
          {...shortcut('s', t('review.skip'))}
        >
          {t('review.skip')}
        </Button>
      </Group>
    </Stack>
  );
}

type StepsProps = { sheet: Sheet; reviewer: Reviewer };

function Steps({ sheet, reviewer }: StepsProps) {
  const { cursor } = sheet;
  const count = sheet.card.questions.length;
  return (
    <Group gap={2} wrap="nowrap">
      <Text size="sm" c="dimmed" className="tabular" mr={4}>
        {t('review.questionOf', { number: cursor + 1, count })}
      </Text>
      <ActionIcon
        size="sm"
        className={classes.quiet}
        aria-label={t('review.previous')}
        disabled={cursor === 0}
        onClick={() => reviewer.choose(cursor - 1)}
        {...keepFocus}
        {...shortcut('ArrowUp,k', t('review.previous'))}
        data-shortcut-repeat=""
      >
        <IconChevronUp size={16} />
      </ActionIcon>
      <ActionIcon
        size="sm"
        className={classes.quiet}
        aria-label={t('review.next')}
        disabled={cursor === count - 1}
        onClick={() => reviewer.choose(cursor + 1)}
        {...keepFocus}
        {...shortcut('ArrowDown,j', t('review.next'))}
        data-shortcut-repeat=""
      >
        <IconChevronDown size={16} />
      </ActionIcon>
    </Group>
  );
}

type AnswerProps = {
  keys: string;
  label: string;
  color: string;
  variant?: string;
  onClick: () => void;
};

function Answer({ keys, label, color, variant = 'filled', onClick, ...others }: AnswerProps) {
  return (
    <Button
      size="md"
      px="xs"
      color={color}
      variant={variant}
      classNames={{ root: classes.answer, inner: classes.answerInner, label: classes.answerLabel }}
      rightSection={<Kbd keys={keys} onFilled={variant === 'filled'} />}
      onClick={onClick}
      {...others}
      {...keepFocus}
      {...shortcut(keys, label)}
    >
      {label}
    </Button>
  );
}

type UndoProps = { canUndo: boolean; reviewer: Reviewer };

export function Undo({ canUndo, reviewer }: UndoProps) {
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
}
