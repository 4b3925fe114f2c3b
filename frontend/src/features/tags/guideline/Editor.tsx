import {
  Alert,
  Button,
  Group,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Switch,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconUsers } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { type FormEvent, useDeferredValue, useState } from 'react';
import { type GuidelineRow, guidelinesAdd, type NewGuideline, type TagPage } from '@/client';
import { ErrorState } from '@/components/ErrorState';
import { Kbd } from '@/components/Kbd';
import { ApiError } from '@/lib/api';
import { t } from '@/lib/i18n';
import { shortcut } from '@/lib/shortcuts';
import { guidelinesQuery, refreshVocabulary } from '../api';
import { Guideline } from './Guideline';
import classes from './Guideline.module.css';
import { VersionDiff } from './VersionDiff';

const mostNames = 80;

type Draft = Required<Omit<NewGuideline, 'base'>>;

const draftOf = (guideline: GuidelineRow | null): Draft => ({
  markup: guideline?.markup ?? 'markdown',
  body: guideline?.body ?? '',
  photo_note: guideline?.photo_note ?? '',
  drawn_note: guideline?.drawn_note ?? '',
  other_names: guideline?.other_names ?? [],
  summary: '',
  asks_again: false,
});

type Props = { tag: TagPage; onDone: () => void };

/** A new version of the guideline. If somebody saved one meanwhile, both texts are there and nothing is lost. */
export function Editor({ tag, onDone }: Props) {
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(tag.guideline));
  const [base, setBase] = useState(tag.guideline?.version ?? 0);
  const [newer, setNewer] = useState<GuidelineRow>();
  const [changed, setChanged] = useState(false);
  const shown = useDeferredValue(draft);
  const save = useMutation({
    mutationFn: () => guidelinesAdd({ path: { tag_id: tag.id }, body: { ...draft, base } }),
    onSuccess: ({ version }) => {
      setChanged(false);
      notifications.show({ color: 'teal', message: t('tags.saved', { version: String(version) }) });
      void refreshVocabulary(client);
      onDone();
    },
    onError: async (problem) => {
      if (!isConflict(problem)) return;
      const versions = await client
        .fetchQuery({ ...guidelinesQuery(tag.id), staleTime: 0 })
        .catch(() => undefined);
      const newest = versions?.[0];
      if (!newest || newest.version === base) return;
      setNewer(newest);
      setBase(newest.version);
      save.reset();
    },
  });
  useBlocker({
    shouldBlockFn: () => changed && !window.confirm(t('tags.leaveText')),
    enableBeforeUnload: () => changed,
  });

  function set(change: Partial<Draft>) {
    setDraft((now) => ({ ...now, ...change }));
    setChanged(true);
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate();
  }

  const fields = save.error instanceof ApiError ? save.error.fields : {};
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <div className={classes.sides}>
          <Stack gap="xs">
            <SegmentedControl
              size="xs"
              aria-label={t('tags.markup')}
              data={[
                { value: 'markdown', label: t('tags.markup_markdown') },
                { value: 'dtext', label: t('tags.markup_dtext') },
              ]}
              value={draft.markup}
              onChange={(markup) => set({ markup: markup === 'dtext' ? 'dtext' : 'markdown' })}
              style={{ alignSelf: 'flex-start' }}
            />
            <Textarea
              label={t('tags.body')}
              description={t('tags.bodyHint')}
              value={draft.body}
              onChange={(event) => set({ body: event.currentTarget.value })}
              error={fields.body}
              maxLength={80_000}
              autosize
              minRows={8}
              maxRows={24}
              data-autofocus
            />
          </Stack>
          <section className={classes.preview} aria-label={t('tags.preview')}>
            <Text size="xs" c="dimmed" mb={6}>
              {t('tags.preview')}
            </Text>
            {shown.body.trim() === '' ? (
              <Text size="sm" c="dimmed">
                {t('tags.previewEmpty')}
              </Text>
            ) : (
              <Guideline markup={shown.markup} body={shown.body} />
            )}
          </section>
        </div>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Note draft={draft} field="photo_note" onChange={set} error={fields.photo_note} />
          <Note draft={draft} field="drawn_note" onChange={set} error={fields.drawn_note} />
        </SimpleGrid>
        <TagsInput
          label={t('tags.otherNames')}
          description={t('tags.otherNamesHint')}
          value={draft.other_names}
          onChange={(names) => set({ other_names: names })}
          error={fields.other_names}
          maxTags={mostNames}
          clearable
        />
        <TextInput
          label={t('tags.summary')}
          description={t('tags.summaryHint')}
          value={draft.summary}
          onChange={(event) => set({ summary: event.currentTarget.value })}
          error={fields.summary}
          maxLength={300}
        />
        <Switch
          label={t('tags.asksAgain')}
          description={t('tags.asksAgainHint')}
          checked={draft.asks_again}
          onChange={(event) => set({ asks_again: event.currentTarget.checked })}
        />
        {newer && <Newer newer={newer} draft={draft} />}
        {save.isError && <ErrorState problem={save.error} title={t('tags.saveFailed')} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t('app.cancel')}
          </Button>
          <Button
            type="submit"
            loading={save.isPending}
            rightSection={<Kbd keys="ctrl+Enter" onFilled />}
            {...shortcut('ctrl+Enter', t('tags.save'))}
          >
            {newer ? t('tags.saveOver', { version: String(base) }) : t('tags.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const isConflict = (problem: unknown): boolean => problem instanceof ApiError && problem.status === 409;

type NoteProps = {
  draft: Draft;
  field: 'photo_note' | 'drawn_note';
  onChange: (change: Partial<Draft>) => void;
  error: string | undefined;
};

function Note({ draft, field, onChange, error }: NoteProps) {
  const photo = field === 'photo_note';
  return (
    <Textarea
      label={photo ? t('tags.photoNote') : t('tags.drawnNote')}
      description={photo ? t('tags.photoNoteHint') : t('tags.drawnNoteHint')}
      value={draft[field]}
      onChange={(event) => onChange({ [field]: event.currentTarget.value })}
      error={error}
      maxLength={4000}
      autosize
      minRows={2}
      maxRows={8}
    />
  );
}

/** Somebody saved first: their version, and how the text here differs from it. */
function Newer({ newer, draft }: { newer: GuidelineRow; draft: Draft }) {
  const { version, by } = newer;
  return (
    <Alert color="orange" variant="light" icon={<IconUsers />} title={t('tags.conflictTitle')} role="alert">
      <Stack gap="sm">
        <Text size="sm">
          {t('tags.conflictText', { who: by ?? t('tags.nobody'), version: String(version) })}
        </Text>
        <div className={classes.sides}>
          <section className={classes.preview} aria-label={t('tags.theirs')}>
            <Text size="xs" c="dimmed" mb={6}>
              {t('tags.theirs')}
            </Text>
            <Guideline markup={newer.markup} body={newer.body} />
          </section>
          <div>
            <Text size="xs" c="dimmed" mb={6}>
              {t('tags.mineAgainstTheirs')}
            </Text>
            <VersionDiff before={newer} after={draft} />
          </div>
        </div>
      </Stack>
    </Alert>
  );
}
