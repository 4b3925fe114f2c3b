import { Alert, Button, Group, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { ImageDetail } from '@/client';
import { FactsFields } from '@/components/FactsFields';
import { ApiError, messageOf } from '@/lib/api';
import type { Facts } from '@/lib/facts';
import { t } from '@/lib/i18n';
import { editImage, imageQuery } from './api';

type Props = { image: ImageDetail; onDone: () => void };

export function EditFacts({ image, onDone }: Props) {
  const client = useQueryClient();
  const { source, licence, rating, domain } = image;
  const [facts, setFacts] = useState<Facts>({ source, licence, rating, domain });
  const save = useMutation({
    mutationFn: () => editImage(image.id, facts),
    onSuccess: (changed) => {
      client.setQueryData(imageQuery(image.id).queryKey, changed);
      void client.invalidateQueries({ queryKey: ['images'] });
      notifications.show({ message: t('image.saved') });
      onDone();
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate();
  }

  return (
    <form onSubmit={submit} aria-label={t('image.editTitle')}>
      <Stack>
        {save.error && (
          <Alert color="red" role="alert">
            {messageOf(save.error)}
          </Alert>
        )}
        <FactsFields
          value={facts}
          onChange={setFacts}
          errors={save.error instanceof ApiError ? save.error.fields : undefined}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t('app.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
