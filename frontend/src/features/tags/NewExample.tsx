import {
  Button,
  Group,
  Modal,
  SegmentedControl,
  Skeleton,
  Stack,
  Text,
  TextInput,
  UnstyledButton,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { examplesSet, imagesList, type TagPage } from '@/client';
import { ErrorState } from '@/components/ErrorState';
import { t } from '@/lib/i18n';
import { saidNo, saidYes } from '@/lib/search';
import classes from './Examples.module.css';

type Props = { tag: TagPage; opened: boolean; onClose: () => void };

/** Chooses an image of the library, of those that have the tag or that do not. */
export function NewExample({ tag, opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={t('tags.addExample')} size="lg">
      <Form tag={tag} onDone={onClose} />
    </Modal>
  );
}

function Form({ tag, onDone }: { tag: TagPage; onDone: () => void }) {
  const client = useQueryClient();
  const [good, setGood] = useState(true);
  const [chosen, setChosen] = useState<number>();
  const [note, setNote] = useState('');
  const id = useId();
  const q = good ? saidYes(tag.name) : saidNo(tag.name);
  const images = useQuery({
    queryKey: ['images', 'examples', q],
    queryFn: ({ signal }) => imagesList({ query: { q, limit: 24 }, signal }),
  });
  const add = useMutation({
    mutationFn: (imageId: number) =>
      examplesSet({ body: { tag: tag.name, image_id: imageId, good, note: note.trim() } }),
    onSuccess: onDone,
    onSettled: () => client.invalidateQueries({ queryKey: ['tag'] }),
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (chosen !== undefined) add.mutate(chosen);
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <SegmentedControl
          aria-label={t('tags.exampleOf')}
          data={[
            { value: 'good', label: t('tags.goodExamples') },
            { value: 'bad', label: t('tags.badExamples') },
          ]}
          value={good ? 'good' : 'bad'}
          onChange={(value) => {
            setGood(value === 'good');
            setChosen(undefined);
          }}
        />
        <Text size="sm" c="dimmed" id={id}>
          {good ? t('tags.chooseGood') : t('tags.chooseBad')}
        </Text>
        {images.isPending && <Skeleton h={120} role="status" aria-label={t('app.loading')} />}
        {images.isError && <ErrorState problem={images.error} onRetry={() => void images.refetch()} />}
        {images.data?.items.length === 0 && <Text size="sm">{t('tags.nothingToChoose')}</Text>}
        {images.data && images.data.items.length > 0 && (
          <ul className={classes.row} aria-labelledby={id}>
            {images.data.items.map((image) => (
              <li key={image.id}>
                <UnstyledButton
                  className={classes.choice}
                  aria-pressed={image.id === chosen}
                  onClick={() => setChosen(image.id)}
                >
                  <img
                    src={image.thumbnail_url}
                    alt={image.name}
                    width={image.width}
                    height={image.height}
                    loading="lazy"
                    className={classes.picture}
                  />
                </UnstyledButton>
              </li>
            ))}
          </ul>
        )}
        <TextInput
          label={t('tags.exampleNote')}
          description={t('tags.exampleNoteHint')}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          maxLength={300}
        />
        {add.isError && <ErrorState problem={add.error} title={t('tags.exampleFailed')} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" disabled={chosen === undefined} loading={add.isPending}>
            {t('tags.addExample')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
