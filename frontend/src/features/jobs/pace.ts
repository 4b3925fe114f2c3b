import type { JobRow } from '@/client';
import { t } from '@/lib/i18n';
import { isActive } from './api';
import { formatDuration } from './duration';

const rates = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** "36": as exact as a rate is; below ten with a decimal. */
export const formatRate = (rate: number): string => (rate < 10 ? rates : whole).format(rate);

/** An estimate, not a promise: tens of seconds, minutes, then tens of minutes. */
export function formatLeft(seconds: number): string {
  const step = seconds < 60 ? 10 : seconds < 3_600 ? 60 : 600;
  return t('jobs.left', { duration: formatDuration(Math.max(1, Math.round(seconds / step)) * step) });
}

/** "36 images/s · about 4 min left", as far as it is known; empty where nothing is. */
export function paceOf(job: Pick<JobRow, 'state' | 'rate' | 'seconds_left'>): string {
  if (!isActive(job)) return '';
  const parts: string[] = [];
  if (job.rate !== null && job.rate > 0) parts.push(t('jobs.rate', { rate: formatRate(job.rate) }));
  if (job.seconds_left !== null) parts.push(formatLeft(job.seconds_left));
  return parts.join(' · ');
}
