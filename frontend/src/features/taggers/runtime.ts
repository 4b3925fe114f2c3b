import type { TaggerRow } from '@/client';
import { formatRate } from '@/features/jobs/pace';
import { t } from '@/lib/i18n';

const figures = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });

/** How fast a worker runs it, and how far its scores are from full precision's at most. */
export function describeRuntime(runtime: NonNullable<TaggerRow['runtime']>): string {
  const { name, device, agreement } = runtime;
  const rate = formatRate(runtime.images_per_second);
  if (agreement === 0) return t('taggers.runtimeExact', { name, device, rate });
  return t('taggers.runtimeValue', { name, device, rate, agreement: figures.format(agreement) });
}
