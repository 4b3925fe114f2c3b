import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useUser } from '@/lib/session';
import { hasEntries } from './shelf';

/** Sends, from whatever page is opened first, the answers that an earlier visit could not send. */
export function UnsentAnswers() {
  const client = useQueryClient();
  const userId = useUser()?.id;
  useEffect(() => {
    if (userId === undefined || !hasEntries(window.localStorage, userId)) return;
    void import('./desk').then(({ deskOf }) => deskOf(userId, client));
  }, [userId, client]);
  return null;
}
