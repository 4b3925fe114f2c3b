import { Button, CloseButton, Group, Pill, Skeleton, VisuallyHidden } from '@mantine/core';
import { IconConfetti, IconHeartHandshake, IconTag } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { LinkButton } from '@/components/links';
import { PageTitle } from '@/components/PageTitle';
import { TagInput } from '@/components/TagInput';
import { Viewer } from '@/features/images/Viewer';
import { t } from '@/lib/i18n';
import { useOverview } from '@/lib/session';
import { countQuery, queueQuery } from './api';
import classes from './ConflictsPage.module.css';
import { Panel, Undo } from './Panel';
import { type Conflict, conflictsOf } from './queue';
import { useDeciding } from './useDeciding';

/** How many conflicts ahead the next ones are asked for. */
const AHEAD = 5;

export function ConflictsPage() {
  const { tag = '' }: { tag?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  const count = useQuery(countQuery).data;
  const counted =
    count && t(count.exact ? 'conflicts.count' : 'conflicts.countAtLeast', { count: count.count });
  return (
    <>
      <PageTitle
        title={t('conflicts.title')}
        text={counted ? `${counted}. ${t('conflicts.text')}` : t('conflicts.text')}
      >
        {tag !== '' && (
          <Pill size="md">
            {t('conflicts.filterPill', { tag })}
            <CloseButton
              size="xs"
              variant="transparent"
              aria-label={t('conflicts.filterOff')}
              onClick={() => void navigate({ to: '/conflicts' })}
            />
          </Pill>
        )}
        <TagInput
          size="xs"
          position="bottom"
          icon={IconTag}
          label={t('conflicts.filter')}
          placeholder={t('conflicts.filterHint')}
          onTag={(chosen) => void navigate({ to: '/conflicts', search: { tag: chosen } })}
        />
      </PageTitle>
      <Queue key={tag} tag={tag} />
    </>
  );
}

function Queue({ tag }: { tag: string }) {
  const pages = useInfiniteQuery(queueQuery(tag));
  const queue = conflictsOf(pages.data?.pages.flatMap((page) => page.items) ?? []);
  const deciding = useDeciding(queue);
  const { conflict, place } = deciding;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const nearEnd = place < 0 || place >= queue.length - AHEAD;

  // The link that led here would keep Space for itself.
  useEffect(() => document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true }), []);
  useEffect(() => {
    if (nearEnd && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [nearEnd, hasNextPage, isFetchingNextPage, fetchNextPage]);
  useAhead(queue, place);

  if (pages.isError && !pages.data)
    return (
      <ErrorState problem={pages.error} title={t('conflicts.loadFailed')} onRetry={() => pages.refetch()} />
    );
  if (!pages.data || (!conflict && hasNextPage))
    return <Skeleton h="65vh" radius="lg" role="status" aria-label={t('app.loading')} />;
  const again = () => {
    deciding.restart();
    void pages.refetch();
  };
  return (
    <>
      {conflict ? (
        <Shown conflict={conflict} deciding={deciding} count={queue.length} more={hasNextPage} />
      ) : (
        <Nothing tag={tag} empty={queue.length === 0} deciding={deciding} onAgain={again} />
      )}
      <VisuallyHidden aria-live="polite">{deciding.spoken}</VisuallyHidden>
    </>
  );
}

/** The picture that comes next is fetched before it is asked for. */
function useAhead(queue: readonly Conflict[], place: number): void {
  const now = queue[place]?.image.id;
  const next = queue.slice(place + 1).find(({ image }) => image.id !== now)?.image.file_url;
  useEffect(() => {
    if (next !== undefined) new Image().src = next;
  }, [next]);
}

function Shown({ conflict, ...rest }: Parameters<typeof Panel>[0]) {
  const modelSize = useOverview()?.tagger?.image_size ?? null;
  return (
    <div className={classes.layout}>
      <Viewer key={conflict.image.id} image={conflict.image} modelSize={modelSize} />
      <Panel key={conflict.key} conflict={conflict} {...rest} />
    </div>
  );
}

type NothingProps = {
  tag: string;
  empty: boolean;
  deciding: ReturnType<typeof useDeciding>;
  onAgain: () => void;
};

function Nothing({ tag, empty, deciding, onAgain }: NothingProps) {
  if (empty)
    return (
      <EmptyState
        icon={IconHeartHandshake}
        title={t('conflicts.noneTitle')}
        text={tag === '' ? t('conflicts.noneText') : t('conflicts.noneOfTagText', { tag })}
      >
        <LinkButton to="/review" variant="default">
          {t('conflicts.toReview')}
        </LinkButton>
      </EmptyState>
    );
  const { decided } = deciding;
  return (
    <EmptyState
      icon={IconConfetti}
      title={t('conflicts.doneTitle')}
      text={decided > 0 ? t('conflicts.doneText', { count: decided }) : t('conflicts.doneTextNone')}
    >
      <Group>
        <Button onClick={onAgain}>{t('conflicts.again')}</Button>
        <LinkButton to="/review" variant="default">
          {t('conflicts.toReview')}
        </LinkButton>
      </Group>
      <Undo deciding={deciding} />
    </EmptyState>
  );
}
