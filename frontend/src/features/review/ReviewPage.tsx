import { Alert, Paper, Stack, Text, VisuallyHidden } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconSchool } from '@tabler/icons-react';
import { memo, useCallback, useEffect } from 'react';
import type { SessionUser } from '@/client';
import { TagInput } from '@/components/TagInput';
import { t } from '@/lib/i18n';
import { useUser } from '@/lib/session';
import { NothingToReview } from './NothingToReview';
import { QuestionList } from './QuestionList';
import { QuestionPanel } from './QuestionPanel';
import classes from './ReviewPage.module.css';
import { ReviewStatus } from './ReviewStatus';
import { Stage } from './Stage';
import { SuggestionList } from './SuggestionList';
import { sheetNow, sheetsAhead } from './session';
import { type Review, useReview } from './useReview';

const AddTag = memo(TagInput);

/** How many images are drawn, unseen, before it is their turn; more of them are loaded. */
const DRAWN_AHEAD = 2;

export function ReviewPage() {
  useDocumentTitle(t('app.pageTitle', { page: t('review.title') }));
  const user = useUser();
  return user && <ReviewDesk user={user} key={user.id} />;
}

function ReviewDesk({ user }: { user: SessionUser }) {
  // The link that led here would keep Space and Enter for itself.
  useEffect(() => document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true }), []);
  const review = useReview(user);
  return (
    <>
      <VisuallyHidden>
        <h1>{t('review.title')}</h1>
      </VisuallyHidden>
      {sheetNow(review.snapshot.session) ? (
        <ReviewCard review={review} />
      ) : (
        <NothingToReview review={review} />
      )}
    </>
  );
}

function ReviewCard({ review }: { review: Review }) {
  const { snapshot, reviewer } = review;
  const { session, tagger } = snapshot;
  const sheet = sheetNow(session);
  const imageId = sheet?.card.image.id;
  const addTag = useCallback(
    (tag: string) => {
      if (imageId !== undefined) reviewer.answerTag('typed', { imageId, tag, verdict: 'yes' });
    },
    [reviewer, imageId],
  );
  if (!sheet) return null;
  const slides = [sheet, ...sheetsAhead(session).slice(0, DRAWN_AHEAD)].map(({ key, card }) => ({
    key,
    image: card.image,
  }));
  return (
    <div className={classes.page}>
      <Stage slides={slides} modelSize={tagger?.image_size ?? null} />
      <Paper className={classes.rail} withBorder>
        <Stack className={classes.question} gap="sm">
          {tagger?.origin === 'starter' && (
            <Alert color="orange" variant="light" p={8} icon={<IconSchool size={16} />}>
              <Text size="xs">{t('review.starter')}</Text>
            </Alert>
          )}
          <QuestionPanel sheet={sheet} reviewer={reviewer} canUndo={session.history.length > 0} />
        </Stack>
        <Stack className={classes.lists} gap="md" key={sheet.key} data-pane="">
          <QuestionList sheet={sheet} reviewer={reviewer} />
          <AddTag onTag={addTag} />
          <SuggestionList sheet={sheet} reviewer={reviewer} />
        </Stack>
        <Stack className={classes.status} gap="xs">
          <ReviewStatus review={review} />
        </Stack>
      </Paper>
    </div>
  );
}
