import { ActionIcon, Group } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import type { Verdict } from '@/client';
import { Kbd } from '@/components/Kbd';
import { t } from '@/lib/i18n';
import { shortcut } from '@/lib/shortcuts';
import classes from './YesNo.module.css';

type Props = {
  tag: string;
  state: string | null;
  /** Whether the keys y and n answer this one. */
  marked?: boolean;
  /** Leaves room for the keys, so that marking moves nothing. */
  withKeys?: boolean;
  onAnswer: (verdict: Verdict) => void;
};

/** Yes and no to one tag; the one that holds is filled. */
export function YesNo({ tag, state, marked = false, withKeys = false, onAnswer }: Props) {
  const yes = state === 'positive';
  const no = state === 'negative';
  return (
    <Group gap={4} wrap="nowrap">
      <ActionIcon
        color="teal"
        variant={yes ? 'filled' : 'light'}
        size={28}
        className={withKeys ? classes.withKey : undefined}
        aria-label={t('image.yesTo', { tag })}
        aria-pressed={yes}
        onClick={() => onAnswer('yes')}
        {...(marked ? shortcut('y', t('image.yesToNext')) : {})}
      >
        <IconCheck size={16} stroke={2.2} />
        {marked && <Kbd keys="y" onFilled />}
      </ActionIcon>
      <ActionIcon
        color="red"
        variant={no ? 'filled' : 'light'}
        size={28}
        className={withKeys ? classes.withKey : undefined}
        aria-label={t('image.noTo', { tag })}
        aria-pressed={no}
        onClick={() => onAnswer('no')}
        {...(marked ? shortcut('n', t('image.noToNext')) : {})}
      >
        <IconX size={16} stroke={2.2} />
        {marked && <Kbd keys="n" onFilled />}
      </ActionIcon>
    </Group>
  );
}
