import { ActionIcon, Button, Stack, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ExampleRow, examplesRemove, type TagPage } from '@/client';
import { Section } from '@/features/images/Section';
import { messageOf } from '@/lib/api';
import { t } from '@/lib/i18n';
import { useCan } from '@/lib/session';
import classes from './Examples.module.css';
import { NewExample } from './NewExample';

/** Reviewed images that show what the tag is, and what it is mistaken for. */
export function Examples({ tag }: { tag: TagPage }) {
  const mayEdit = useCan('tag.edit');
  const [opened, { open, close }] = useDisclosure(false);
  const { examples } = tag;
  if (examples.length === 0 && !mayEdit) return null;
  const add = mayEdit && (
    <Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={15} />} onClick={open}>
      {t('tags.addExample')}
    </Button>
  );
  return (
    <Section title={t('tags.examples')} text={t('tags.examplesText')} actions={add}>
      {examples.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('tags.noExamples')}
        </Text>
      )}
      <Kind tag={tag} title={t('tags.goodExamples')} examples={examples.filter(({ good }) => good)} />
      <Kind tag={tag} title={t('tags.badExamples')} examples={examples.filter(({ good }) => !good)} />
      <NewExample tag={tag} opened={opened} onClose={close} />
    </Section>
  );
}

type KindProps = { tag: TagPage; title: string; examples: ExampleRow[] };

function Kind({ tag, title, examples }: KindProps) {
  if (examples.length === 0) return null;
  return (
    <Stack gap={6}>
      <Text size="sm" fw={550}>
        {title}
      </Text>
      <ul className={classes.row} aria-label={title}>
        {examples.map((example) => (
          <Example key={example.image.id} tag={tag} example={example} />
        ))}
      </ul>
    </Stack>
  );
}

function Example({ tag, example }: { tag: TagPage; example: ExampleRow }) {
  const client = useQueryClient();
  const mayEdit = useCan('tag.edit');
  const { image, note, good } = example;
  const remove = useMutation({
    mutationFn: () => examplesRemove({ query: { tag: tag.name, image_id: image.id } }),
    onError: (problem) =>
      notifications.show({ color: 'red', title: t('tags.exampleFailed'), message: messageOf(problem) }),
    onSettled: () => client.invalidateQueries({ queryKey: ['tag'] }),
  });
  const label = t('tags.removeExample', { name: image.name });
  return (
    <li className={classes.example} data-good={good || undefined}>
      <Link to="/images/$id" params={{ id: String(image.id) }} className={classes.link} preload={false}>
        <img
          src={image.thumbnail_url}
          alt={image.name}
          width={image.width}
          height={image.height}
          loading="lazy"
          decoding="async"
          className={classes.picture}
        />
      </Link>
      {note !== '' && (
        <Text size="xs" mt={4} lineClamp={3} title={note}>
          {note}
        </Text>
      )}
      {mayEdit && (
        <Tooltip label={label}>
          <ActionIcon
            size="sm"
            variant="default"
            className={classes.remove}
            aria-label={label}
            loading={remove.isPending}
            onClick={() => remove.mutate()}
          >
            <IconX size={14} />
          </ActionIcon>
        </Tooltip>
      )}
    </li>
  );
}
