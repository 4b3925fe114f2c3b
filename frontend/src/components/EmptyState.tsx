import { Box, Center, Stack, Text, Title } from '@mantine/core';
import type { ComponentType, ReactNode } from 'react';
import classes from './states.module.css';

type Icon = ComponentType<{ size?: number; stroke?: number }>;
type Props = { icon: Icon; title: string; text?: ReactNode; children?: ReactNode; dashed?: boolean };

/** What a page shows when there is nothing yet: what it is for and the one thing to do next. */
export function EmptyState({ icon: Mark, title, text, children, dashed }: Props) {
  return (
    <Center className={classes.area} data-dashed={dashed || undefined}>
      <Stack align="center" gap="md" maw={460} ta="center">
        <Box className={classes.mark} aria-hidden="true">
          <Mark size={34} stroke={1.5} />
        </Box>
        <Stack gap={6} align="center">
          <Title order={2} size="h3">
            {title}
          </Title>
          {text && (
            <Text component="div" c="dimmed">
              {text}
            </Text>
          )}
        </Stack>
        {children}
      </Stack>
    </Center>
  );
}
