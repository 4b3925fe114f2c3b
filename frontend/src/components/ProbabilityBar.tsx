import { Text, Tooltip } from '@mantine/core';
import { formatProbability, formatRawScore } from '@/lib/format';
import { t } from '@/lib/i18n';
import classes from './ProbabilityBar.module.css';

/** What a tagger says about one tag: its raw score, the calibrated probability, and from where on it says yes. */
export type Said = { score: number; probability: number; line: number };

/** Whether a tagger said anything: not of a question that a split or a new guideline asks. */
export const isSaid = (said: { [Part in keyof Said]: number | null }): said is Said =>
  said.score !== null && said.probability !== null && said.line !== null;

export const isOver = ({ probability, line }: Pick<Said, 'probability' | 'line'>): boolean =>
  probability >= line;

type Props = { said: Said; small?: boolean };

/** The probability as a bar, with a mark at the tag's own line. */
export function ProbabilityBar({ said, small = false }: Props) {
  const percent = formatProbability(said.probability);
  const line = formatProbability(said.line);
  const score = t('app.rawScore', { score: formatRawScore(said.score) });
  const over = isOver(said);
  const bar = (
    <div
      className={classes.bar}
      data-small={small || undefined}
      data-over={over || undefined}
      role="img"
      aria-label={t('app.probabilityBar', { percent, line, score })}
      title={small ? score : undefined}
    >
      <div className={classes.value} style={{ width: `${100 * said.probability}%` }} />
      <div className={classes.line} style={{ left: `${100 * said.line}%` }} />
    </div>
  );
  if (small) return bar;
  return (
    <Tooltip label={score}>
      <div>
        {bar}
        <Text size="xs" c="dimmed" mt={5} className="tabular" aria-hidden="true">
          <Text span inherit fw={650} c={over ? 'var(--mantine-color-text)' : undefined}>
            {percent}
          </Text>{' '}
          {t(over ? 'app.overLine' : 'app.underLine', { line })}
        </Text>
      </div>
    </Tooltip>
  );
}

/** The probability in figures, beside a small bar; strong where the tagger says yes. */
export function Percent({ said }: { said: Said }) {
  return (
    <span
      className={classes.percent}
      data-over={isOver(said) || undefined}
      title={t('app.rawScore', { score: formatRawScore(said.score) })}
    >
      {formatProbability(said.probability)}
    </span>
  );
}
