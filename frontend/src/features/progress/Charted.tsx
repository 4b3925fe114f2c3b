import { Box, Button, Group, Text } from '@mantine/core';
import { IconChartBar, IconTable } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { t } from '@/lib/i18n';

type Props = { summary: string; chart: ReactNode; table: ReactNode };

/** A chart with the sentence that says what it shows, and the same figures as a table for whoever wants them. */
export function Charted({ summary, chart, table }: Props) {
  const [asTable, setAsTable] = useState(false);
  const Icon = asTable ? IconChartBar : IconTable;
  return (
    <div>
      {asTable ? (
        table
      ) : (
        <Box role="img" aria-label={summary}>
          {chart}
        </Box>
      )}
      <Group justify="space-between" gap="xs" mt="xs">
        <Text size="xs" c="dimmed" className="tabular">
          {summary}
        </Text>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          leftSection={<Icon size={14} aria-hidden="true" />}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? t('progress.asChart') : t('progress.asTable')}
        </Button>
      </Group>
    </div>
  );
}
