import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { TaggerRow } from '@/client';
import { ErrorState } from '@/components/ErrorState';
import { refreshTaggers } from '@/features/training/api';
import { messageOf } from '@/lib/api';
import { t } from '@/lib/i18n';
import { useCan } from '@/lib/session';
import { canBeReconsidered, keepAsCandidate, promoteTagger, reconsiderTagger, refuseTagger } from './api';

const LONGEST_REASON = 500;
const UNDO_MS = 15_000;

type Props = { tagger: TaggerRow };

/** What may be done with a tagger: nothing where nothing may. */
export function Decisions({ tagger }: Props) {
  const canManage = useCan('tagger.manage');
  const canTrain = useCan('tagger.train');
  const { state } = tagger;
  if (!canManage) {
    if (!canTrain || state !== 'candidate') return null;
    return (
      <Text size="sm" c="dimmed">
        {t('taggers.adminDecides')}
      </Text>
    );
  }
  return (
    <>
      {(state === 'candidate' || state === 'retired') && <Promote tagger={tagger} />}
      {state === 'warming' && <Stay tagger={tagger} />}
      {state === 'candidate' && <Refuse tagger={tagger} />}
      {canBeReconsidered(tagger) && <Reconsider tagger={tagger} />}
    </>
  );
}

function Promote({ tagger }: Props) {
  const client = useQueryClient();
  const { name } = tagger;
  const hasSeenAll = tagger.images_pretagged >= tagger.images_total;
  const promote = useMutation({
    mutationFn: () => promoteTagger(tagger.id),
    onSuccess: ({ state }) =>
      state === 'warming'
        ? notifications.show({
            title: t('taggers.warmingTitle', { name }),
            message: t('taggers.warmingAlone'),
          })
        : notifications.show({
            color: 'teal',
            title: t('taggers.promoted', { name }),
            message: hasSeenAll ? t('taggers.promotedSeen') : t('taggers.promotedText'),
          }),
    onError: (problem) =>
      notifications.show({ color: 'red', title: t('taggers.promoteFailed'), message: messageOf(problem) }),
    onSettled: () => refreshTaggers(client),
  });
  const ask = () =>
    modals.openConfirmModal({
      title: t('taggers.promoteTitle', { name }),
      children: <Text size="sm">{hasSeenAll ? t('taggers.promoteSeen') : t('taggers.promoteText')}</Text>,
      labels: { confirm: t('taggers.promote'), cancel: t('app.cancel') },
      onConfirm: () => promote.mutate(),
    });
  return (
    <Button size="xs" variant="light" loading={promote.isPending} onClick={ask}>
      {t('taggers.promote')}
    </Button>
  );
}

function Stay({ tagger }: Props) {
  const client = useQueryClient();
  const { name } = tagger;
  const stay = useMutation({
    mutationFn: () => keepAsCandidate(tagger.id),
    onSuccess: () => notifications.show({ message: t('taggers.stayed', { name }) }),
    onError: (problem) =>
      notifications.show({ color: 'red', title: t('taggers.stayFailed'), message: messageOf(problem) }),
    onSettled: () => refreshTaggers(client),
  });
  return (
    <Button
      size="xs"
      variant="default"
      aria-label={t('taggers.stayHint', { name })}
      loading={stay.isPending}
      onClick={() => stay.mutate()}
    >
      {t('taggers.stay')}
    </Button>
  );
}

function Refuse({ tagger }: { tagger: TaggerRow }) {
  const { name } = tagger;
  const ask = () => {
    const id = modals.open({
      title: t('taggers.refuseTitle', { name }),
      children: <RefuseForm tagger={tagger} onDone={() => modals.close(id)} />,
    });
  };
  return (
    <Button size="xs" variant="default" onClick={ask}>
      {t('taggers.refuse')}
    </Button>
  );
}

function RefuseForm({ tagger, onDone }: { tagger: TaggerRow; onDone: () => void }) {
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const refuse = useMutation({
    mutationFn: () => refuseTagger(tagger.id, reason.trim()),
    onSuccess: () => {
      notifications.show({
        id: refusalOf(tagger),
        autoClose: UNDO_MS,
        message: <Refused tagger={tagger} />,
      });
      onDone();
    },
    onSettled: () => refreshTaggers(client),
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    refuse.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">{t('taggers.refuseText')}</Text>
        <Textarea
          label={t('taggers.reason')}
          description={t('taggers.reasonHint')}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          maxLength={LONGEST_REASON}
          rows={3}
          resize="vertical"
          data-autofocus
        />
        {refuse.isError && <ErrorState problem={refuse.error} title={t('taggers.refuseFailed')} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" color="red" loading={refuse.isPending}>
            {t('taggers.refuse')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** In the notification: what was done, and the way back. */
function Refused({ tagger }: { tagger: TaggerRow }) {
  const undo = useReconsider(tagger);
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm">
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {t('taggers.refused', { name: tagger.name })}
      </Text>
      <Button
        size="compact-sm"
        variant="light"
        style={{ flex: 'none' }}
        loading={undo.isPending}
        onClick={() => undo.mutate()}
      >
        {t('taggers.undo')}
      </Button>
    </Group>
  );
}

function Reconsider({ tagger }: { tagger: TaggerRow }) {
  const reconsider = useReconsider(tagger);
  return (
    <Button size="xs" variant="default" loading={reconsider.isPending} onClick={() => reconsider.mutate()}>
      {t('taggers.reconsider')}
    </Button>
  );
}

/** The notification that says it was refused goes when that is no longer so. */
const refusalOf = (tagger: TaggerRow): string => `refused-${tagger.id}`;

function useReconsider(tagger: TaggerRow) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => reconsiderTagger(tagger.id),
    onSuccess: () => {
      notifications.hide(refusalOf(tagger));
      notifications.show({ message: t('taggers.reconsidered', { name: tagger.name }) });
    },
    onError: (problem) =>
      notifications.show({ color: 'red', title: t('taggers.reconsiderFailed'), message: messageOf(problem) }),
    onSettled: () => refreshTaggers(client),
  });
}
