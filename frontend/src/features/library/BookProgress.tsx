import { Box, Progress, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { isActive, newestJobQuery } from '@/features/jobs/api';
import { t } from '@/lib/i18n';
import { useOverview } from '@/lib/session';

type Props = { done: number; total: number };

/** How far the drawing of the picture book is. */
export function BookProgress({ done, total }: Props) {
  const said = total > 0 ? t('library.bookDrawn', { done, total }) : t('library.bookDrawing');
  return (
    <Box w="100%">
      <Text size="sm" fw={550} mb={6} className="tabular">
        {said}
      </Text>
      <Progress value={total > 0 ? (100 * done) / total : 100} animated aria-label={said} />
    </Box>
  );
}

/** Above the images that are here already, for as long as more of the picture book come. */
export function BookInTheMaking() {
  const active = (useOverview()?.active_jobs ?? 0) > 0;
  const job = useQuery(newestJobQuery('book', active)).data;
  if (!active || !job || !isActive(job)) return null;
  return <BookProgress done={job.done} total={job.total} />;
}
