import { Button, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Side } from '@/client';
import { SourceIcon } from '@/components/sources';
import { refreshAfterUndo, takeBack } from '@/features/history/api';
import { showTakenBack } from '@/features/history/undone';
import { messageOf } from '@/lib/api';
import { formatAgo, formatDate } from '@/lib/format';
import { t } from '@/lib/i18n';
import { useCan, useUser } from '@/lib/session';
import classes from './ConflictsPage.module.css';
import { type Conflict, implication } from './queue';

/** Who says yes and who says no, and where it comes from when they said it about another tag. */
export function Sides({ conflict }: { conflict: Conflict }) {
  return (
    <>
      <div className={classes.sides}>
        {(['yes', 'no'] as const).map((verdict) => {
          const voices = conflict.sides.filter((side) => side.verdict === verdict);
          return (
            <section
              key={verdict}
              className={classes.side}
              data-verdict={verdict}
              aria-label={t(`conflicts.side_${verdict}`)}
            >
              <Text size="xs" fw={650}>
                {t(`conflicts.side_${verdict}`)}
              </Text>
              <ul className={classes.voices}>
                {voices.map((side) => (
                  <Voice key={side.answer_id ?? `${side.by} ${side.tag}`} side={side} tag={conflict.tag} />
                ))}
              </ul>
              {voices.length === 0 && <Text size="xs">{t('conflicts.nobody')}</Text>}
            </section>
          );
        })}
      </div>
      <Explanations conflict={conflict} />
    </>
  );
}

function Voice({ side, tag }: { side: Side; tag: string }) {
  const me = useUser()?.username;
  const mayCurate = useCan('label.curate');
  const { by, at, answer_id } = side;
  const ago = formatAgo(at);
  return (
    <li>
      <Text size="sm" title={formatDate(at)} component="div">
        <SourceIcon source={side.source} />{' '}
        {side.tag === tag
          ? t('conflicts.sideBy', { by, ago })
          : t('conflicts.sideAbout', { by, ago, tag: side.tag })}
      </Text>
      {answer_id !== null && (mayCurate || by === me) && <TakeBack side={side} id={answer_id} />}
    </li>
  );
}

function TakeBack({ side: { by, verdict, tag }, id }: { side: Side; id: string }) {
  const client = useQueryClient();
  const [done, setDone] = useState(false);
  const take = useMutation({
    mutationFn: () => takeBack({ answer_ids: [id] }),
    onSuccess: (undo) => {
      setDone(true);
      showTakenBack(undo);
    },
    onError: (problem) =>
      notifications.show({ color: 'red', title: t('history.takeBackFailed'), message: messageOf(problem) }),
    onSettled: () => refreshAfterUndo(client),
  });
  if (done)
    return (
      <Text size="xs" c="dimmed">
        {t('conflicts.takenBack')}
      </Text>
    );
  return (
    <Button
      size="compact-xs"
      variant="subtle"
      color="gray"
      mx={-6}
      aria-label={t('conflicts.takeBackOf', { by, verdict: t(`conflicts.side_${verdict}`), tag })}
      loading={take.isPending}
      onClick={() => take.mutate()}
    >
      {t('conflicts.takeBack')}
    </Button>
  );
}

/** Each implication that the contradiction rests on, once, as a sentence. */
function Explanations({ conflict: { tag, sides, between } }: { conflict: Conflict }) {
  const found = new Map<string, string>();
  for (const side of sides) {
    const rule = implication(tag, side);
    if (!rule) continue;
    const said = t('conflicts.implies', rule);
    const key = side.verdict === 'yes' ? 'conflicts.impliesYes' : 'conflicts.impliesNo';
    found.set(said, t(key, { implication: said }));
  }
  return (
    <div>
      <Text size="sm" c="dimmed">
        {t(`conflicts.${between}`)}
      </Text>
      {[...found.values()].map((sentence) => (
        <Text key={sentence} size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {sentence}
        </Text>
      ))}
    </div>
  );
}
