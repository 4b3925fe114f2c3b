import { Button, Divider, Grid, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconCloudUpload, IconLock } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { DropArea } from '@/components/DropArea';
import { EmptyState } from '@/components/EmptyState';
import { FactsFields } from '@/components/FactsFields';
import { Kbd } from '@/components/Kbd';
import { PageTitle } from '@/components/PageTitle';
import { noFacts } from '@/lib/facts';
import { type PickedFile, takeOver } from '@/lib/files';
import { t } from '@/lib/i18n';
import { useCan } from '@/lib/session';
import { shortcut } from '@/lib/shortcuts';
import { EarlierUploads } from './EarlierUploads';
import { FileList } from './FileList';
import { Picker } from './Picker';
import { Staged } from './Staged';
import { queue, useUploadQueue } from './store';
import { UploadProgress } from './UploadProgress';

export function UploadPage() {
  const mayUpload = useCan('image.upload');
  const sending = useUploadQueue();
  const [facts, setFacts] = useState(noFacts);
  const [staged, setStaged] = useState<PickedFile[]>([]);

  useEffect(() => {
    const handed = takeOver();
    if (handed.length > 0) setStaged(handed);
  }, []);

  if (!mayUpload) {
    return (
      <EmptyState icon={IconLock} title={t('upload.notAllowedTitle')} text={t('upload.notAllowedText')} />
    );
  }

  const choose = (files: PickedFile[]) => setStaged((before) => [...before, ...files]);

  function start() {
    queue.add(facts, staged);
    setStaged([]);
  }

  return (
    <DropArea onFiles={choose}>
      <PageTitle title={t('upload.title')} text={t('upload.text')} />
      <Stack gap="lg">
        {sending.total > 0 && (
          <Paper withBorder p={{ base: 'sm', sm: 'lg' }}>
            <Stack>
              <UploadProgress sending={sending} />
              <FileList sending={sending} />
            </Stack>
          </Paper>
        )}
        <Paper withBorder p={{ base: 'sm', sm: 'lg' }}>
          <Grid gap={{ base: 'md', md: 'xl' }}>
            <Grid.Col span={{ base: 12, md: 7 }}>
              {staged.length === 0 ? (
                <Picker onFiles={choose} />
              ) : (
                <Staged files={staged} onMore={choose} onClear={() => setStaged([])} />
              )}
            </Grid.Col>
            <Grid.Col span={{ base: 12, md: 5 }}>
              <Title order={2} size="h4">
                {t('upload.factsTitle')}
              </Title>
              <Text size="sm" c="dimmed" mb="sm">
                {t('upload.factsText')}
              </Text>
              <FactsFields value={facts} onChange={setFacts} />
            </Grid.Col>
          </Grid>
          {staged.length > 0 && (
            <>
              <Divider my="md" />
              <Group justify="flex-end">
                <Button
                  size="md"
                  leftSection={<IconCloudUpload size={20} />}
                  rightSection={<Kbd keys="ctrl+Enter" onFilled />}
                  onClick={start}
                  {...shortcut('ctrl+Enter', t('upload.start', { count: staged.length }))}
                >
                  {t('upload.start', { count: staged.length })}
                </Button>
              </Group>
            </>
          )}
        </Paper>
        <EarlierUploads />
      </Stack>
    </DropArea>
  );
}
