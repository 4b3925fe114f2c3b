import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import type { ProgressOut, SessionUser } from '@/client';
import { sessionQuery } from '@/lib/session';
import { readProgress } from './api';
import { type Desk, deskOf } from './desk';
import type { Outbox, OutboxStatus } from './outbox';
import type { Reviewer, Snapshot } from './reviewer';
import { doneCount } from './session';

export type Review = { desk: Desk; reviewer: Reviewer; snapshot: Snapshot };

/** The review of one person, from the moment the page is there to the moment it is left. */
export function useReview(user: SessionUser): Review {
  const client = useQueryClient();
  const desk = deskOf(user.id, client);
  const { reviewer, outbox } = desk;
  const snapshot = useSyncExternalStore(reviewer.subscribe, reviewer.snapshot);

  useEffect(() => {
    const enter = () => reviewer.enter();
    const leave = () => reviewer.leave();
    const tryAgain = () => reviewer.tryAgain();
    const look = () => (document.visibilityState === 'visible' ? reviewer.looksBack() : reviewer.looksAway());
    const comeBack = (event: PageTransitionEvent) => event.persisted && enter();
    enter();
    window.addEventListener('pagehide', leave);
    window.addEventListener('pageshow', comeBack);
    window.addEventListener('online', tryAgain);
    document.addEventListener('visibilitychange', look);
    return () => {
      leave();
      window.removeEventListener('pagehide', leave);
      window.removeEventListener('pageshow', comeBack);
      window.removeEventListener('online', tryAgain);
      document.removeEventListener('visibilitychange', look);
    };
  }, [reviewer]);

  // Whenever the session was looked at anew, somebody may have signed in again.
  const { dataUpdatedAt } = useQuery(sessionQuery);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the time is what makes it happen
  useEffect(() => outbox.wake(), [outbox, dataUpdatedAt]);

  return { desk, reviewer, snapshot };
}

/** What waits to be sent. Apart from the review, so that sending draws no question anew. */
export function useOutbox({ outbox }: Desk): OutboxStatus {
  return useSyncExternalStore(outbox.subscribe, outbox.status);
}

/** The server's figures at a moment when no answer was on its way, so that none is counted twice; if there is one. */
async function readQuietly(outbox: Outbox): Promise<ProgressOut & { sentBefore: number }> {
  for (let attempt = 1; ; attempt += 1) {
    await outbox.flush();
    const sentBefore = outbox.sent;
    const read = await readProgress();
    if ((outbox.sent === sentBefore && !outbox.sending) || attempt === 4) return { ...read, sentBefore };
  }
}

export type Figures = { mineToday: number; imagesLeft: number };

/** The person's figures: what the server counted, and what has happened since. */
export function useFigures({ desk, snapshot }: Review): Figures | null {
  const { unsentAnswers } = useOutbox(desk);
  const progress = useQuery({
    queryKey: ['review', 'progress'],
    queryFn: () => readQuietly(desk.outbox),
    refetchInterval: 60_000,
  });
  if (!progress.data) return null;
  const since = desk.outbox.sent - progress.data.sentBefore + unsentAnswers;
  const done = doneCount(snapshot.session);
  return {
    mineToday: Math.max(0, progress.data.mine_today + since),
    imagesLeft: Math.max(0, snapshot.imagesLeft - (done - snapshot.doneAtDeal)),
  };
}
