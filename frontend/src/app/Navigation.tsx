import { Badge, NavLink, Stack } from '@mantine/core';
import {
  IconChartBar,
  IconCloudUpload,
  IconDatabase,
  IconFileImport,
  IconHelpCircle,
  IconHistory,
  IconListCheck,
  IconPhoto,
  IconScale,
  IconTags,
  IconVocabulary,
  IconWand,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import type { Action } from '@/client';
import { Kbd } from '@/components/Kbd';
import { countQuery } from '@/features/conflicts/api';
import { formatCompact } from '@/lib/format';
import { type MessageKey, t } from '@/lib/i18n';
import { useUser } from '@/lib/session';
import { shortcut } from '@/lib/shortcuts';
import classes from './Navigation.module.css';

const pages = [
  { to: '/library', keys: 'g l', icon: IconPhoto, title: 'library.title' },
  { to: '/upload', keys: 'g u', icon: IconCloudUpload, title: 'upload.title' },
  { to: '/review', keys: 'g r', icon: IconHelpCircle, title: 'review.title' },
  { to: '/conflicts', keys: 'g c', icon: IconScale, title: 'conflicts.title' },
  { to: '/history', keys: 'g h', icon: IconHistory, title: 'history.title' },
  {
    to: '/labels/import',
    keys: 'g i',
    icon: IconFileImport,
    title: 'labelImports.short',
    needs: 'label.curate',
  },
  { to: '/try', keys: 'g y', icon: IconWand, title: 'tryIt.title' },
  { to: '/tags', keys: 'g v', icon: IconVocabulary, title: 'tags.title' },
  { to: '/progress', keys: 'g p', icon: IconChartBar, title: 'progress.title', needs: 'dashboard.view' },
  { to: '/datasets', keys: 'g d', icon: IconDatabase, title: 'datasets.title' },
  { to: '/taggers', keys: 'g t', icon: IconTags, title: 'taggers.title' },
  { to: '/jobs', keys: 'g j', icon: IconListCheck, title: 'jobs.title' },
] as const satisfies readonly {
  to: string;
  keys: string;
  icon: unknown;
  title: MessageKey;
  needs?: Action;
}[];

/** Pages that belong to one of these. */
const below: Record<string, RegExp> = {
  '/library': /^\/images\//,
  '/tags': /^\/tag(s\/|$)/,
  '/taggers': /^\/taggers\//,
};

export function Navigation() {
  const { pathname } = useLocation();
  const may = useUser()?.actions ?? [];
  const open = pages.filter((page) => !('needs' in page) || may.includes(page.needs));
  return (
    <Stack gap={2}>
      {open.map(({ to, keys, icon: Icon, title }) => {
        const active = pathname === to || (below[to]?.test(pathname) ?? false);
        return (
          <NavLink
            key={to}
            component={Link}
            to={to}
            active={active}
            aria-current={active ? 'page' : undefined}
            label={to === '/conflicts' ? <Conflicts title={t(title)} /> : t(title)}
            leftSection={<Icon size={20} stroke={1.6} aria-hidden="true" />}
            rightSection={<Kbd keys={keys} />}
            className={classes.link}
            {...shortcut(keys, t(title))}
          />
        );
      })}
    </Stack>
  );
}

/** How many images wait for somebody to settle what is said about them. */
function Conflicts({ title }: { title: string }) {
  const found = useQuery(countQuery).data;
  if (!found || found.count === 0) return title;
  const { count, exact } = found;
  return (
    <span className={classes.counted}>
      {title}
      <Badge
        size="xs"
        color="orange"
        role="img"
        aria-label={t('conflicts.count', { count })}
        className="tabular"
      >
        {exact ? formatCompact(count) : t('conflicts.atLeast', { count: formatCompact(count) })}
      </Badge>
    </span>
  );
}
