import { Text } from '@mantine/core';
import { t } from '@/lib/i18n';
import classes from './ScoreBar.module.css';

const numbers = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
export const formatScore = (score: number): string => numbers.format(score);

type Props = { score: number; threshold: number; small?: boolean };

/** A tagger's raw score between 0 and 1, and the line from which on it says yes. */
export function ScoreBar({ score, threshold, small = false }: Props) {
  const said = {
    score: formatScore(score),
    line: formatScore(threshold),
    distance: formatScore(Math.abs(score - threshold)),
  };
  const bar = (
    <div
      className={classes.bar}
      data-small={small || undefined}
      role="img"
      aria-label={t('review.scoreBar', said)}
    >
      <div className={classes.score} style={{ width: `${100 * score}%` }} />
      <div className={classes.line} style={{ left: `${100 * threshold}%` }} />
    </div>
  );
  if (small) return bar;
  return (
    <div>
      {bar}
      <Text size="xs" c="dimmed" mt={5} className="tabular" aria-hidden="true">
        {t('review.scoreWhy', said)}
      </Text>
    </div>
  );
}
