import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { changesPreview, type TagPage } from '@/client';
import { ErrorState } from '@/components/ErrorState';
import { t } from '@/lib/i18n';
import type { Change } from '../api';
import { Fields } from './Fields';
import { changeOf, emptyDraft, type Kind } from './kinds';
import { Preview } from './Preview';
import { useMakeChange } from './useChanges';

type Props = { tag: TagPage; kind: Kind; opened: boolean; onClose: () => void };

/** One change of a tag: filled in, looked at, made. */
export function ChangeDialog({ tag, kind, opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={t(`tags.title_${kind}`, { name: tag.name })} size="lg">
      <Steps key={kind} tag={tag} kind={kind} onDone={onClose} />
    </Modal>
  );
}

type StepsProps = { tag: TagPage; kind: Kind; onDone: () => void };

function Steps({ tag, kind, onDone }: StepsProps) {
  const [draft, setDraft] = useState(() => emptyDraft(tag));
  const change = changeOf(kind, tag, draft);
  const preview = useMutation({
    mutationFn: (wanted: Change) => changesPreview({ body: { change: wanted } }),
  });
  const make = useMakeChange(onDone);

  function look(event: FormEvent) {
    event.preventDefault();
    if (change) preview.mutate(change);
  }

  if (preview.data && change) {
    return (
      <Stack>
        <Preview preview={preview.data} />
        {make.isError && <ErrorState problem={make.error} title={t('tags.changeFailed')} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={preview.reset}>
            {t('tags.back')}
          </Button>
          <Button loading={make.isPending} onClick={() => make.mutate(change)} data-autofocus>
            {t(`tags.do_${kind}`)}
          </Button>
        </Group>
      </Stack>
    );
  }
  return (
    <form onSubmit={look}>
      <Stack>
        <Text size="sm" c="dimmed">
          {t(`tags.text_${kind}`)}
        </Text>
        <Fields kind={kind} tag={tag} draft={draft} onChange={(more) => setDraft({ ...draft, ...more })} />
        {preview.isError && <ErrorState problem={preview.error} title={t('tags.previewFailed')} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" disabled={!change} loading={preview.isPending}>
            {t('tags.look')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
