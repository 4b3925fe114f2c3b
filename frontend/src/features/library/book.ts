// The picture book: what is said of it while it is asked for, drawn, or has failed.
import { type JobRow, type UploadRow, uploadBook } from '@/client';
import { isActive } from '@/features/jobs/api';
import { messageOf } from '@/lib/api';
import { t } from '@/lib/i18n';

export const loadBook = (): Promise<UploadRow> => uploadBook({ body: {} });

export type Asked = { isPending: boolean; error: unknown; data: UploadRow | undefined; submittedAt: number };
export type BookState =
  | { name: 'none' }
  | { name: 'asking' }
  | { name: 'drawing'; done: number; total: number }
  /** `job` is to be tried again; null where nothing came of asking. */
  | { name: 'failed'; message: string; job: JobRow | null };

/** What was asked on this page, together with what the jobs say. */
export function bookState(asked: Asked, job: JobRow | null | undefined): BookState {
  const expected = asked.data?.expected ?? 0;
  if (asked.isPending) return { name: 'asking' };
  if (job && isActive(job)) return { name: 'drawing', done: job.done, total: job.total || expected };
  if (asked.error) return { name: 'failed', message: messageOf(asked.error), job: null };
  // The job that was just made is not in the list yet.
  if (asked.data && isOlder(job, asked.submittedAt)) return { name: 'drawing', done: 0, total: expected };
  if (job?.state === 'failed') {
    return { name: 'failed', message: job.error || t('library.bookFailedFallback'), job };
  }
  return { name: 'none' };
}

/** Ended before it was asked for; the clocks may differ by a little. */
function isOlder(job: JobRow | null | undefined, submittedAt: number): boolean {
  return !job || Date.parse(job.created_at) < submittedAt - 60_000;
}
