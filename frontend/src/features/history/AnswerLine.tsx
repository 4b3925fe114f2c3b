import { Link } from '@tanstack/react-router';
import type { AnswerEvent } from '@/client';
import { TagLink } from '@/components/TagLink';
import { HowIcon, VerdictBadge } from '@/components/verdicts';
import { formatAgo, formatDate, formatNumber, formatProbability } from '@/lib/format';
import { t } from '@/lib/i18n';
import classes from './AnswerLine.module.css';

/** One answer: about which image and tag, what it was, how it came about, by whom; and whether it still counts. */
export function AnswerLine({ event }: { event: AnswerEvent }) {
  const { image, tag, category, verdict, how, by, at, probability, seconds } = event;
  return (
    <div className={classes.line} data-retracted={event.retracted_at ?? undefined}>
      <Link
        to="/images/$id"
        params={{ id: String(image.id) }}
        preload={false}
        aria-label={t('history.openImage', { name: image.name })}
      >
        <img
          className={classes.thumbnail}
          src={image.thumbnail_url}
          alt=""
          loading="lazy"
          title={image.name}
        />
      </Link>
      <div>
        <div className={classes.said}>
          <VerdictBadge verdict={verdict} />
          <span className={classes.tag}>
            <TagLink name={tag} category={category} />
          </span>
        </div>
        <div className={classes.details}>
          <HowIcon how={how} />
          {probability !== null && (
            <span title={t('history.probabilityHint')}>
              {t('history.probability', { percent: formatProbability(probability) })}
            </span>
          )}
          <span title={t('history.secondsHint')}>
            {t('history.seconds', { seconds: formatNumber(Math.round(10 * seconds) / 10) })}
          </span>
          {event.guideline_version > 0 && (
            <span title={t('history.guidelineHint')}>
              {t('history.guideline', { version: event.guideline_version })}
            </span>
          )}
        </div>
      </div>
      <div className={classes.by}>
        <span title={formatDate(at)}>{t('history.byAgo', { by, ago: formatAgo(at) })}</span>
        {event.retracted_at !== null && (
          <span className={classes.retracted} title={formatDate(event.retracted_at)}>
            {t('history.takenBackBy', { by: event.retracted_by ?? '', ago: formatAgo(event.retracted_at) })}
          </span>
        )}
      </div>
    </div>
  );
}
