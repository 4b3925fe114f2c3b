import { ActionIcon, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconArrowBackUp, IconBook2, IconChevronDown, IconChevronUp, IconGavel } from '@tabler/icons-react';
import type { Verdict } from '@/client';
import { Kbd } from '@/components/Kbd';
import { LinkButton } from '@/components/links';
import { TagName } from '@/components/TagName';
import { keepFocus } from '@/features/review/keepFocus';
import { t } from '@/lib/i18n';
import { useCan } from '@/lib/session';
import { shortcut } from '@/lib/shortcuts';
import classes from './ConflictsPage.module.css';
import { against, type Conflict } from './queue';
import { Sides } from './Sides';
import type { Deciding } from './useDeciding';

type Props = { conflict: Conflict; deciding: Deciding; count: number; more: boolean };

/** The question that people disagree about, who is on which side, and the ways to end it. */
export function Panel({ conflict, deciding, count, more }: Props) {
  const mayAnswer = useCan('answer');
  const mayCurate = useCan('label.curate');
  const { tag, category, image, sides } = conflict;
  return (
    <Paper withBorder p="md" className={classes.panel}>
      <Stack gap="sm">
        <div>
          <Group justify="space-between" wrap="nowrap">
            <Text c="dimmed" size="sm">
              {t('conflicts.ask')}
            </Text>
            <Steps deciding={deciding} count={count} more={more} />
          </Group>
          <Title order={2} className={classes.tag} aria-live="polite" data-testid="conflict">
            <TagName name={tag} category={category} />
          </Title>
          <Group gap={4} mt={4} ml={-8}>
            <LinkButton
              to="/tag"
              search={{ name: tag }}
              preload={false}
              size="compact-sm"
              variant="subtle"
              leftSection={<IconBook2 size={16} />}
              rightSection={<Kbd keys="i" />}
              {...shortcut('i', t('conflicts.guideline'))}
            >
              {t('conflicts.guideline')}
            </LinkButton>
            <LinkButton
              to="/images/$id"
              params={{ id: String(image.id) }}
              preload={false}
              size="compact-sm"
              variant="subtle"
              color="gray"
              rightSection={<Kbd keys="o" />}
              {...shortcut('o', t('conflicts.openImage'))}
            >
              {t('conflicts.openImage')}
            </LinkButton>
          </Group>
        </div>
        <Sides conflict={conflict} />
        {mayAnswer && <Answers deciding={deciding} />}
        {mayAnswer && mayCurate && <Settle deciding={deciding} sides={sides} />}
        {mayAnswer && !mayCurate && (
          <Text size="xs" c="dimmed">
            {t('conflicts.voice')}
          </Text>
        )}
        <Undo deciding={deciding} />
      </Stack>
    </Paper>
  );
}

function Steps({ deciding: { place, step }, count, more }: Omit<Props, 'conflict'>) {
  const said = { number: place + 1, count };
  return (
    <Group gap={2} wrap="nowrap">
      <Text size="sm" c="dimmed" className="tabular" mr={4}>
        {more ? t('conflicts.placeMore', said) : t('conflicts.place', said)}
      </Text>
      <ActionIcon
        size="sm"
        aria-label={t('conflicts.previous')}
        disabled={place === 0}
        onClick={() => step(-1)}
        {...keepFocus}
        {...shortcut('ArrowUp,k', t('conflicts.previous'))}
        data-shortcut-repeat=""
      >
        <IconChevronUp size={16} />
      </ActionIcon>
      <ActionIcon
        size="sm"
        aria-label={t('conflicts.next')}
        disabled={place === count - 1}
        onClick={() => step(1)}
        {...keepFocus}
        {...shortcut('ArrowDown,j,s', t('conflicts.next'))}
        data-shortcut-repeat=""
      >
        <IconChevronDown size={16} />
      </ActionIcon>
    </Group>
  );
}

const answers = [
  { verdict: 'yes', keys: 'y,a', color: 'teal.9' },
  { verdict: 'no', keys: 'n,x', color: 'red.8' },
  { verdict: 'unsure', keys: 'u,Space', color: 'gray' },
] as const satisfies { verdict: Verdict; keys: string; color: string }[];

function Answers({ deciding: { decide, said } }: { deciding: Deciding }) {
  return (
    <div className={classes.bar}>
      <div className={classes.answers}>
        {answers.map(({ verdict, keys, color }) => {
          const filled = said?.verdict !== verdict && verdict !== 'unsure';
          return (
            <Button
              key={verdict}
              size="md"
              color={color}
              variant={said?.verdict === verdict ? 'outline' : filled ? 'filled' : 'light'}
              className={classes.answer}
              rightSection={<Kbd keys={keys} onFilled={filled} />}
              onClick={() => decide(verdict)}
              {...keepFocus}
              {...shortcut(keys, t(`conflicts.${verdict}`))}
            >
              {t(`conflicts.${verdict}`)}
            </Button>
          );
        })}
      </div>
      {said && (
        <Text size="xs" c="dimmed" mt={6}>
          {t(said.over.length > 0 ? 'conflicts.settled' : 'conflicts.said', {
            verdict: t(`conflicts.${said.verdict}`),
          })}
        </Text>
      )}
    </div>
  );
}

/** For curators: an answer that ends it, because what says otherwise is taken back with it. */
function Settle({ deciding, sides }: { deciding: Deciding; sides: Conflict['sides'] }) {
  const choices = (['yes', 'no'] as const).map((verdict) => ({
    verdict,
    over: against(sides, verdict).length,
  }));
  const most = Math.max(...choices.map(({ over }) => over));
  if (most === 0)
    return (
      <Text size="xs" c="dimmed">
        {t('conflicts.imported')}
      </Text>
    );
  return (
    <div className={classes.settle}>
      <Group gap={6} mb={2}>
        <IconGavel size={16} stroke={1.7} aria-hidden="true" />
        <Text size="sm" fw={550}>
          {t('conflicts.settle')}
        </Text>
      </Group>
      <Text size="xs" c="dimmed" mb={8}>
        {t('conflicts.settleText', { count: most })}
      </Text>
      <Group gap="xs" grow>
        {choices.map(({ verdict, over }) => {
          const label = t(verdict === 'yes' ? 'conflicts.settleYes' : 'conflicts.settleNo');
          const keys = verdict === 'yes' ? 'shift+y' : 'shift+n';
          return (
            <Button
              key={verdict}
              size="xs"
              px={8}
              variant="light"
              color={verdict === 'yes' ? 'teal' : 'red'}
              disabled={over === 0}
              rightSection={<Kbd keys={keys} />}
              onClick={() => deciding.decide(verdict, true)}
              {...keepFocus}
              {...shortcut(keys, label)}
            >
              {label}
            </Button>
          );
        })}
      </Group>
    </div>
  );
}

export function Undo({ deciding: { canUndo, undo } }: { deciding: Deciding }) {
  return (
    <Button
      className={classes.undo}
      size="xs"
      variant="subtle"
      color="gray"
      disabled={!canUndo}
      leftSection={<IconArrowBackUp size={16} />}
      rightSection={<Kbd keys="Backspace" />}
      onClick={undo}
      {...keepFocus}
      {...shortcut('Backspace,ctrl+z', t('conflicts.undo'))}
    >
      {t('conflicts.undo')}
    </Button>
  );
}
