import { Alert, Group, List, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ChangePreview } from '@/client';
import { t } from '@/lib/i18n';

/** What a change would do: as sentences, and how much of what is here it reaches. */
export function Preview({ preview }: { preview: ChangePreview }) {
  const { effects, warnings, images, questions, taggers } = preview;
  const reach = [
    t('tags.reachImages', { count: images }),
    t('tags.reachQuestions', { count: questions }),
    taggers.length > 0 && t('tags.reachTaggers', { names: taggers.map((name) => `“${name}”`).join(', ') }),
  ].filter((part) => part !== false);
  return (
    <Stack gap="sm">
      <List size="sm" spacing={4} aria-label={t('tags.effects')}>
        {effects.map((effect) => (
          <List.Item key={effect}>{effect}</List.Item>
        ))}
      </List>
      {warnings.length > 0 && (
        <Alert color="orange" variant="light" icon={<IconAlertTriangle />}>
          <Stack gap={4}>
            {warnings.map((warning) => (
              <Text size="sm" key={warning}>
                {warning}
              </Text>
            ))}
          </Stack>
        </Alert>
      )}
      <Group gap="2px 14px">
        {reach.map((part) => (
          <Text key={part} size="xs" c="dimmed" className="tabular">
            {part}
          </Text>
        ))}
      </Group>
      <Text size="xs" c="dimmed">
        {t('tags.canBeUndone')}
      </Text>
    </Stack>
  );
}
