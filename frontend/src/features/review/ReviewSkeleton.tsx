import { Group, Paper, Skeleton, Stack } from '@mantine/core';
import { t } from '@/lib/i18n';
import classes from './ReviewPage.module.css';

/** The page's shape before the first card is here. */
export function ReviewSkeleton() {
  return (
    <div className={classes.page} aria-busy="true" role="status" aria-label={t('app.loading')}>
      <Skeleton className={classes.stage} radius="lg" />
      <Paper className={classes.rail} p="md" withBorder>
        <Stack gap="md">
          <Skeleton h={14} w="40%" />
          <Skeleton h={34} w="75%" />
          <Skeleton h={8} />
          <Group grow>
            <Skeleton h={42} />
            <Skeleton h={42} />
          </Group>
          <Group grow>
            <Skeleton h={42} />
            <Skeleton h={42} />
          </Group>
          {[70, 55, 80, 60, 45].map((width) => (
            <Skeleton key={width} h={18} w={`${width}%`} />
          ))}
        </Stack>
      </Paper>
    </div>
  );
}
