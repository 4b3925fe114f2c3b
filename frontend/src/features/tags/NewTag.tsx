import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { tagsCreate } from '@/client';
import { type Category, categories } from '@/components/categories';
import { ErrorState } from '@/components/ErrorState';
import { ApiError, messageOf } from '@/lib/api';
import { t } from '@/lib/i18n';
import { refreshVocabulary } from './api';

type Props = { opened: boolean; onClose: () => void; name?: string };

export function NewTag({ opened, onClose, name = '' }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={t('tags.new')}>
      <Form initial={name} onDone={onClose} />
    </Modal>
  );
}

function Form({ initial, onDone }: { initial: string; onDone: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState(initial);
  const [category, setCategory] = useState<Category>('general');
  const [tried, setTried] = useState(false);
  const create = useMutation({
    mutationFn: () => tagsCreate({ body: { name: name.trim(), category } }),
    onSuccess: (tag) => {
      notifications.show({ color: 'teal', message: t('tags.created', { name: tag.name }) });
      void refreshVocabulary(client);
      onDone();
      void navigate({ to: '/tag', search: { name: tag.name } });
    },
  });
  // What the server understood and refused is about the name.
  const refused = create.error instanceof ApiError && create.error.status >= 400 && create.error.status < 500;
  const missing = tried && name.trim() === '' ? t('tags.nameMissing') : undefined;

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (name.trim() !== '') create.mutate();
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm" c="dimmed">
          {t('tags.newText')}
        </Text>
        <TextInput
          label={t('tags.name')}
          description={t('tags.nameHint')}
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
            create.reset();
          }}
          error={missing ?? (refused && messageOf(create.error))}
          maxLength={170}
          autoCapitalize="off"
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          required
        />
        <Select
          label={t('tags.category')}
          data={categories.map((value) => ({ value, label: t(`tags.category_${value}`) }))}
          value={category}
          onChange={(value) => setCategory(categories.find((known) => known === value) ?? 'general')}
          allowDeselect={false}
        />
        {create.isError && !refused && <ErrorState problem={create.error} title={t('tags.createFailed')} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {t('tags.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
