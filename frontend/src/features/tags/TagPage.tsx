import { Alert, Button, Group, Paper, Skeleton, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowRight, IconPlus, IconVocabulary } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import type { TagPage as Page } from '@/client';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { LinkButton } from '@/components/links';
import { PageTitle } from '@/components/PageTitle';
import { words } from '@/lib/address';
import { ApiError, messageOf } from '@/lib/api';
import { t } from '@/lib/i18n';
import { useCan } from '@/lib/session';
import { tagQuery } from './api';
import { Examples } from './Examples';
import { Figures } from './Figures';
import { GuidelinePanel } from './guideline/GuidelinePanel';
import { History } from './History';
import { Implications } from './Implications';
import { Names } from './Names';
import { NewTag } from './NewTag';
import { TagHeader } from './TagHeader';
import classes from './TagPage.module.css';

/** Everything known about one tag: what it means, how it is used, what was measured of it, who changed what. */
export function TagPage() {
  const search: { name?: unknown } = useSearch({ strict: false });
  const name = words(search.name);
  return <TagByName key={name} name={name} />;
}

function TagByName({ name }: { name: string }) {
  const query = useQuery({ ...tagQuery(name), enabled: name !== '' });
  const missing = query.error instanceof ApiError && query.error.status === 404;
  if (name === '' || missing) return <NoSuchTag name={name} text={missing ? messageOf(query.error) : ''} />;
  if (query.data) return <Tag tag={query.data} asked={name} />;
  if (query.isError) {
    return (
      <>
        <PageTitle title={name} />
        <ErrorState problem={query.error} title={t('tags.tagFailed')} onRetry={() => void query.refetch()} />
      </>
    );
  }
  return <PageSkeleton name={name} />;
}

function Tag({ tag, asked }: { tag: Page; asked: string }) {
  return (
    <>
      <TagHeader tag={tag} />
      {asked !== tag.name && (
        <Alert color="gray" variant="light" icon={<IconArrowRight />} mb="md">
          {t('tags.otherNameOf', { alias: asked, name: tag.name })}
        </Alert>
      )}
      <div className={classes.areas}>
        <Stack gap="md" className={classes.guide}>
          <GuidelinePanel tag={tag} />
          <Examples tag={tag} />
        </Stack>
        <Stack gap="md" className={classes.side}>
          <Figures tag={tag} />
          <Names tag={tag} />
          <Implications tag={tag} />
        </Stack>
        <div className={classes.history}>
          <History tag={tag} />
        </div>
      </div>
    </>
  );
}

function NoSuchTag({ name, text }: { name: string; text: string }) {
  const mayEdit = useCan('tag.edit');
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <PageTitle title={name || t('tags.title')} />
      <EmptyState icon={IconVocabulary} title={t('tags.noneTitle')} text={text || t('tags.noneText')}>
        <Group gap="xs" justify="center">
          <LinkButton to="/tags" search={name === '' ? {} : { q: name }} variant="light">
            {t('tags.searchFor')}
          </LinkButton>
          {mayEdit && name !== '' && (
            <Button variant="default" leftSection={<IconPlus size={17} />} onClick={open}>
              {t('tags.new')}
            </Button>
          )}
        </Group>
      </EmptyState>
      <NewTag opened={opened} onClose={close} name={name} />
    </>
  );
}

function PageSkeleton({ name }: { name: string }) {
  return (
    <>
      <PageTitle title={name} text={<Skeleton h={12} w={180} mt={6} />} />
      <div className={classes.areas} role="status" aria-label={t('app.loading')}>
        <Paper withBorder p="md" className={classes.guide}>
          <Stack gap="sm">
            {[30, 90, 85, 60].map((width) => (
              <Skeleton h={14} w={`${width}%`} key={width} />
            ))}
          </Stack>
        </Paper>
        <Paper withBorder p="md" className={classes.side}>
          <Stack gap="sm">
            {[50, 70, 40].map((width) => (
              <Skeleton h={14} w={`${width}%`} key={width} />
            ))}
          </Stack>
        </Paper>
      </div>
    </>
  );
}
