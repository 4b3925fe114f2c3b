import { Button, Code, FileButton, Group, Paper, Radio, SimpleGrid, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconFileUpload } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type VocabularyForm, vocabularyImportsAdd } from '@/client';
import { DropArea } from '@/components/DropArea';
import { ErrorState } from '@/components/ErrorState';
import { Kbd } from '@/components/Kbd';
import { type PickedFile, pickedFrom } from '@/lib/files';
import { t } from '@/lib/i18n';
import { shortcut } from '@/lib/shortcuts';
import { importsQuery } from '../api';
import { forms, guessForm } from './forms';
import classes from './Imports.module.css';

const longestName = 400;

/** Chooses what kind of file it is, and sends it. A file whose name says what it is chooses by itself. */
export function SendFile() {
  const client = useQueryClient();
  const [form, setForm] = useState<VocabularyForm>('tags');
  const [file, setFile] = useState<File>();
  const send = useMutation({
    mutationFn: (chosen: File) =>
      vocabularyImportsAdd({ query: { form, name: chosen.name.slice(0, longestName) }, body: chosen }),
    onSuccess: (row) => {
      notifications.show({ message: t('vocabularyFiles.sent', { name: row.name }) });
      setFile(undefined);
    },
    onSettled: () =>
      Promise.all(
        [importsQuery.queryKey, ['jobs'], ['overview']].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  });

  function take(files: PickedFile[]) {
    const [first] = files;
    if (!first) return;
    send.reset();
    setFile(first.file);
    const guessed = guessForm(first.file.name);
    if (guessed) setForm(guessed);
  }

  return (
    <DropArea onFiles={take} disabled={send.isPending} hint={t('vocabularyFiles.dropHere')}>
      <Paper withBorder p="md">
        <Stack gap="md">
          <Radio.Group
            label={t('vocabularyFiles.form')}
            description={t('vocabularyFiles.formText')}
            value={form}
            onChange={(value) => setForm(forms.find((known) => known.form === value)?.form ?? 'tags')}
          >
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xs" mt="xs">
              {forms.map(({ form: value, example }) => (
                <Radio.Card key={value} value={value} className={classes.form} p="sm">
                  <Group wrap="nowrap" align="flex-start" gap="sm">
                    <Radio.Indicator mt={2} />
                    <Stack gap={4} miw={0} flex={1}>
                      <Text size="sm" fw={550}>
                        {t(`vocabularyFiles.form_${value}`)}
                      </Text>
                      <Text size="xs" c="dimmed">
                        {t(`vocabularyFiles.formText_${value}`)}
                      </Text>
                      <Code className={classes.example}>{example}</Code>
                    </Stack>
                  </Group>
                </Radio.Card>
              ))}
            </SimpleGrid>
          </Radio.Group>
          {send.isError && <ErrorState problem={send.error} title={t('vocabularyFiles.sendFailed')} />}
          <Group justify="space-between" gap="sm">
            <Text
              size="sm"
              c={file ? undefined : 'dimmed'}
              style={{ overflowWrap: 'anywhere' }}
              aria-live="polite"
            >
              {file ? t('vocabularyFiles.chosen', { name: file.name }) : t('vocabularyFiles.none')}
            </Text>
            <Group gap="xs">
              <FileButton
                onChange={(chosen) => chosen && take(pickedFrom([chosen]))}
                accept=".csv,.json,.jsonl,.txt"
              >
                {(props) => (
                  <Button
                    {...props}
                    variant={file ? 'default' : 'filled'}
                    leftSection={<IconFileUpload size={18} />}
                    rightSection={<Kbd keys="f" onFilled={!file} />}
                    disabled={send.isPending}
                    {...shortcut('f', t('vocabularyFiles.choose'))}
                  >
                    {t('vocabularyFiles.choose')}
                  </Button>
                )}
              </FileButton>
              {file && (
                <Button loading={send.isPending} onClick={() => send.mutate(file)}>
                  {t('vocabularyFiles.send')}
                </Button>
              )}
            </Group>
          </Group>
        </Stack>
      </Paper>
    </DropArea>
  );
}
