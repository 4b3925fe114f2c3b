import { Button, Group, Modal, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ErrorState } from '@/components/ErrorState';
import { ApiError } from '@/lib/api';
import { t } from '@/lib/i18n';
import { makeDataset } from './api';

const LARGEST_SEED = 2 ** 31 - 1;

type Props = { opened: boolean; onClose: () => void };

export function NewDataset({ opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={t('datasets.make')}>
      <Form onDone={onClose} />
    </Modal>
  );
}

function Form({ onDone }: { onDone: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [percent, setPercent] = useState<string | number>(10);
  const [seed, setSeed] = useState<string | number>(0);
  const [tried, setTried] = useState(false);
  const make = useMutation({
    mutationFn: makeDataset,
    onSuccess: (dataset) => {
      notifications.show({ message: t('datasets.making', { name: dataset.name }) });
      for (const key of ['datasets', 'jobs', 'overview']) void client.invalidateQueries({ queryKey: [key] });
      onDone();
    },
  });
  const fields = make.error instanceof ApiError ? make.error.fields : {};
  const missing = tried && name.trim() === '' ? t('datasets.nameMissing') : undefined;

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (name.trim() === '') return;
    make.mutate({ name: name.trim(), validation_percent: Number(percent), seed: Number(seed) });
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm" c="dimmed">
          {t('datasets.what')}
        </Text>
        <TextInput
          label={t('datasets.name')}
          placeholder={t('datasets.nameHint')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={missing ?? fields.name}
          maxLength={200}
          data-autofocus
          required
        />
        <NumberInput
          label={t('datasets.validation')}
          description={t('datasets.validationHint')}
          value={percent}
          onChange={setPercent}
          error={fields.validation_percent}
          min={0}
          max={50}
          allowDecimal={false}
          clampBehavior="strict"
          suffix="%"
        />
        <NumberInput
          label={t('datasets.seed')}
          description={t('datasets.seedHint')}
          value={seed}
          onChange={setSeed}
          error={fields.seed}
          min={0}
          max={LARGEST_SEED}
          allowDecimal={false}
          clampBehavior="strict"
        />
        {make.isError && Object.keys(fields).length === 0 && (
          <ErrorState problem={make.error} title={t('datasets.makeFailed')} />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" loading={make.isPending}>
            {t('datasets.makeIt')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
