import { Button, Code, Collapse, Group, Stack, Text } from '@mantine/core';
import { useDisclosure, useId } from '@mantine/hooks';
import { IconBrandPython, IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import type { DatasetRow } from '@/client';
import { CopyText } from '@/components/CopyText';
import { t } from '@/lib/i18n';
import { snippets } from './snippets';

export function LoadInPython({ dataset }: { dataset: DatasetRow }) {
  const [opened, { toggle }] = useDisclosure(false);
  const id = useId();
  return (
    <div>
      <Button
        variant="subtle"
        size="compact-sm"
        ml={-8}
        leftSection={<IconBrandPython size={16} />}
        rightSection={opened ? <IconChevronUp size={14} /> : <IconChevronDown size={14} />}
        onClick={toggle}
        aria-expanded={opened}
        aria-controls={id}
      >
        {t('datasets.load')}
      </Button>
      <Collapse expanded={opened} id={id}>
        <Stack gap="sm" pt="xs">
          <Text size="sm" c="dimmed" maw="75ch">
            {t('datasets.loadHint')}
          </Text>
          {snippets(dataset).map(({ title, code }) => (
            <div key={title}>
              <Group justify="space-between" mb={2}>
                <Text size="xs" fw={600}>
                  {title}
                </Text>
                <CopyText text={code} label={t('datasets.copyCode')} />
              </Group>
              <Code block>{code}</Code>
            </div>
          ))}
        </Stack>
      </Collapse>
    </div>
  );
}
