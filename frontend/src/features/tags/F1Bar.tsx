import { formatFigure } from '@/features/training/figures';
import { t } from '@/lib/i18n';
import classes from './F1Bar.module.css';

/** The published F1 of a tag, as a small bar and in figures. */
export function F1Bar({ f1 }: { f1: number }) {
  const figure = formatFigure(f1, 'f1');
  return (
    <span className={classes.f1} title={t('tags.f1Hint', { f1: figure })}>
      <span className={classes.bar} aria-hidden="true">
        <span className={classes.value} style={{ width: `${100 * f1}%` }} />
      </span>
      <span className={classes.figure}>{figure}</span>
    </span>
  );
}
