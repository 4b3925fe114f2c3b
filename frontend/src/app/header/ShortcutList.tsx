import { Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Kbd } from '@/components/Kbd';
import type { Shown } from '@/lib/shortcuts';

type Props = { title: string; list: Shown[]; empty?: string };

export function ShortcutList({ title, list, empty }: Props) {
  if (list.length === 0 && !empty) return null;
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        {title}
      </Title>
      {list.length === 0 && (
        <Text size="sm" c="dimmed">
          {empty}
        </Text>
      )}
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xl" verticalSpacing={6}>
        {list.map(({ keys, label }) => (
          <Group key={keys} justify="space-between" wrap="nowrap" gap="xs">
            <Text size="sm">{label}</Text>
            <Kbd keys={keys} all />
          </Group>
        ))}
      </SimpleGrid>
    </Stack>
  );
}
