import { Button, Group, List, Stack, Text, Title } from '@mantine/core';
import { IconFile, IconX } from '@tabler/icons-react';
import type { PickedFile } from '@/lib/files';
import { formatBytes } from '@/lib/format';
import { t } from '@/lib/i18n';
import { ChooseButtons } from './Picker';

const listed = 6;

type Props = { files: PickedFile[]; onMore: (files: PickedFile[]) => void; onClear: () => void };

/** What was chosen and is not on its way yet. */
export function Staged({ files, onMore, onClear }: Props) {
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  const sidecars = files.filter(({ path }) => path.toLowerCase().endsWith('.txt')).length;
  return (
    <Stack gap="sm">
      <Title order={2} size="h4" role="status">
        {t('upload.stagedCount', { count: files.length })}
        <Text span c="dimmed" size="sm" ml="xs">
          {formatBytes(bytes)}
          {sidecars > 0 && ` · ${t('upload.stagedSidecars', { count: sidecars })}`}
        </Text>
      </Title>
      <List spacing={4} size="sm" listStyleType="none" center icon={<IconFile size={16} stroke={1.5} />}>
        {files.slice(0, listed).map(({ path, file }, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two chosen files may have the same path
          <List.Item key={place} style={{ overflowWrap: 'anywhere' }}>
            {path}{' '}
            <Text span c="dimmed" size="xs">
              {formatBytes(file.size)}
            </Text>
          </List.Item>
        ))}
      </List>
      {files.length > listed && (
        <Text size="sm" c="dimmed">
          {t('upload.stagedMore', { count: files.length - listed })}
        </Text>
      )}
      <Group gap="xs">
        <ChooseButtons onFiles={onMore} quiet />
        <Button size="xs" variant="subtle" color="gray" leftSection={<IconX size={16} />} onClick={onClear}>
          {t('upload.unchoose')}
        </Button>
      </Group>
    </Stack>
  );
}
