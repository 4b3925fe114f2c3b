import { Paper, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';

type Props = { title: string; text?: ReactNode; action?: ReactNode; children: ReactNode };

/** One section of the page. */
export function Panel({ title, text, action, children }: Props) {
  const id = useId();
  return (
    <Paper withBorder p="md" component="section" aria-labelledby={id} miw={0}>
      <Stack gap="sm">
        <div>
          <Title order={2} size="h4" id={id}>
            {title}
          </Title>
          {text && (
            <Text size="sm" c="dimmed" maw="75ch">
              {text}
            </Text>
          )}
        </div>
        {children}
        {action}
      </Stack>
    </Paper>
  );
}
