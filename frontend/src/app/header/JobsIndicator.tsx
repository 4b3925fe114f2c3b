import { ActionIcon, Indicator, Popover, Progress, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconListCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type JobRow, jobsList, type PageJobRow } from '@/client';
import { LinkButton } from '@/components/links';
import { paceOf } from '@/features/jobs/pace';
import { t } from '@/lib/i18n';
import { backingOff } from '@/lib/polling';
import { useOverview } from '@/lib/session';

const isActive = (job: JobRow) => job.state === 'queued' || job.state === 'running';

/** How many jobs are at work, and on a click how far they are. */
export function JobsIndicator() {
  const [opened, { toggle, close }] = useDisclosure(false);
  const count = useOverview()?.active_jobs ?? 0;
  const jobs = useQuery({
    queryKey: ['jobs', 'header'],
    queryFn: ({ signal }) => jobsList({ query: { limit: 20 }, signal }),
    enabled: opened,
    refetchInterval: backingOff<PageJobRow>((page) => page?.items.some(isActive) ?? true),
  });
  const active = jobs.data?.items.filter(isActive) ?? [];
  return (
    <Popover opened={opened} onDismiss={close} position="bottom-end" width={320} shadow="md" trapFocus>
      <Popover.Target>
        <Indicator disabled={count === 0} processing size={9} offset={6}>
          <ActionIcon
            size="lg"
            onClick={toggle}
            aria-label={count ? t('app.activeJobs', { count }) : t('app.noActiveJobs')}
          >
            <IconListCheck size={20} stroke={1.6} />
          </ActionIcon>
        </Indicator>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          {active.length === 0 && (
            <Text size="sm" c="dimmed">
              {t('app.noActiveJobs')}
            </Text>
          )}
          {active.slice(0, 5).map((job) => (
            <Stack gap={4} key={job.id}>
              <Text size="sm" fw={500} truncate>
                {job.title}
              </Text>
              <Progress
                value={job.total ? (100 * job.done) / job.total : 100}
                animated
                aria-label={t('app.jobProgress', { done: job.done, total: job.total })}
              />
              <Text size="xs" c="dimmed" className="tabular">
                {[t('app.jobProgress', { done: job.done, total: job.total }), paceOf(job)]
                  .filter(Boolean)
                  .join(' · ')}
              </Text>
            </Stack>
          ))}
          <LinkButton to="/jobs" variant="light" size="xs" onClick={close}>
            {t('app.allJobs')}
          </LinkButton>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
