import { Button, Group, Progress, Text } from '@mantine/core';
import {
  IconConfetti,
  IconHourglass,
  IconPhotoPlus,
  IconPlayerSkipForward,
  IconSparkles,
  IconTags,
} from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { LinkButton } from '@/components/links';
import { t } from '@/lib/i18n';
import { overviewQuery, useCan } from '@/lib/session';
import { Undo } from './QuestionPanel';
import { ReviewSkeleton } from './ReviewSkeleton';
import { skippedCount } from './session';
import { type Review, useFigures } from './useReview';

/** There is no question on the screen: why, and what to do about it. */
export function NothingToReview({ review }: { review: Review }) {
  const { snapshot, reviewer } = review;
  const client = useQueryClient();
  const overview = useQuery(overviewQuery);
  // What the frame knows may be older than the last answer.
  useEffect(() => {
    void client.invalidateQueries({ queryKey: overviewQuery.queryKey });
    void client.invalidateQueries({ queryKey: ['review', 'progress'] });
  }, [client]);
  if (snapshot.problem && !snapshot.dealing) {
    return (
      <ErrorState
        problem={snapshot.problem}
        title={t('review.loadFailed')}
        onRetry={() => reviewer.tryAgain()}
      />
    );
  }
  if (!snapshot.dealt || !overview.data) return <ReviewSkeleton />;
  return <Reason review={review} />;
}

function Reason({ review }: { review: Review }) {
  const { snapshot, reviewer } = review;
  const overview = useQuery(overviewQuery).data;
  const canUpload = useCan('image.upload');
  const canMakeDataset = useCan('dataset.make');
  const today = useFigures(review)?.mineToday ?? 0;
  const skipped = skippedCount(snapshot.session);
  const undo = snapshot.session.history.length > 0 && <Undo canUndo reviewer={reviewer} />;
  if (!overview) return null;
  const { images, pretagged, tagger } = overview;
  if (skipped > 0) {
    return (
      <EmptyState
        icon={IconPlayerSkipForward}
        title={t('review.skippedTitle', { count: skipped })}
        text={t('review.skippedText')}
      >
        <Button onClick={() => reviewer.reopenSkipped()}>{t('review.skippedAgain')}</Button>
        {undo}
      </EmptyState>
    );
  }
  if (images === 0) {
    const text = canUpload ? t('review.noImagesText') : t('review.noImagesAsk');
    return (
      <EmptyState icon={IconPhotoPlus} title={t('review.noImagesTitle')} text={text}>
        {canUpload && <LinkButton to="/upload">{t('review.upload')}</LinkButton>}
      </EmptyState>
    );
  }
  if (!tagger) {
    return (
      <EmptyState icon={IconTags} title={t('review.noTaggerTitle')} text={t('review.noTaggerText')}>
        <LinkButton to="/taggers">{t('review.toTaggers')}</LinkButton>
      </EmptyState>
    );
  }
  if (pretagged < images && overview.active_jobs > 0) {
    const counted = t('review.pretaggingCount', { done: pretagged, total: images });
    return (
      <EmptyState icon={IconSparkles} title={t('review.pretaggingTitle')} text={t('review.pretaggingText')}>
        <Progress value={(100 * pretagged) / images} animated w="100%" aria-label={counted} />
        <Text size="sm" c="dimmed" className="tabular">
          {counted}
        </Text>
      </EmptyState>
    );
  }
  const nothingYet = snapshot.session.sheets.length === 0 && today === 0;
  if (nothingYet && snapshot.imagesLeft === 0 && overview.active_jobs > 0) {
    return (
      <EmptyState icon={IconHourglass} title={t('review.rankingTitle')} text={t('review.pretaggingText')} />
    );
  }
  if (snapshot.imagesLeft > 0) {
    return (
      <EmptyState
        icon={IconHourglass}
        title={t('review.othersTitle')}
        text={t('review.othersText', { count: snapshot.imagesLeft })}
      >
        {undo}
      </EmptyState>
    );
  }
  const text = today > 0 ? t('review.doneText', { count: today }) : t('review.doneTextNone');
  return (
    <EmptyState icon={IconConfetti} title={t('review.doneTitle')} text={text}>
      <Group>
        {canMakeDataset && <LinkButton to="/datasets">{t('review.toDatasets')}</LinkButton>}
        <LinkButton to="/library" variant="default">
          {t('review.toLibrary')}
        </LinkButton>
      </Group>
      {undo}
    </EmptyState>
  );
}
