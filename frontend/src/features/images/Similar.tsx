import { Skeleton, Text } from '@mantine/core';
import { useIntersection } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { ImagesSimilarResponse } from '@/client';
import { ErrorState } from '@/components/ErrorState';
import { formatPercent } from '@/lib/format';
import { t } from '@/lib/i18n';
import { similarQuery } from './api';
import { Section } from './Section';
import classes from './Similar.module.css';

type Props = { id: number; pretagged: boolean };

const places = Array.from({ length: 12 }, (_, place) => place);

/** What the tagger finds alike. Asked for only when somebody comes near it. */
export function Similar({ id, pretagged }: Props) {
  const { ref, entry } = useIntersection<HTMLDivElement>({ rootMargin: '300px' });
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (entry?.isIntersecting) setNear(true);
  }, [entry]);
  const similar = useQuery(similarQuery(id, near && pretagged));
  return (
    <div ref={ref}>
      <Section title={t('image.similar')} text={similar.data?.length ? t('image.similarText') : undefined}>
        {!pretagged && <Quiet text={t('image.similarWaiting')} />}
        {pretagged && similar.isPending && (
          <div className={classes.grid} role="status" aria-label={t('app.loading')}>
            {places.map((place) => (
              <Skeleton key={place} radius="md" style={{ aspectRatio: 1 }} />
            ))}
          </div>
        )}
        {similar.isError && (
          <ErrorState
            problem={similar.error}
            title={t('image.similarFailed')}
            onRetry={() => void similar.refetch()}
          />
        )}
        {similar.data?.length === 0 && <Quiet text={t('image.similarNone')} />}
        {similar.data && similar.data.length > 0 && <Grid rows={similar.data} />}
      </Section>
    </div>
  );
}

function Quiet({ text }: { text: string }) {
  return (
    <Text size="sm" c="dimmed">
      {text}
    </Text>
  );
}

function Grid({ rows }: { rows: ImagesSimilarResponse }) {
  return (
    <ul className={classes.grid}>
      {rows.map(({ image, similarity }) => {
        const percent = formatPercent(similarity);
        return (
          <li key={image.id}>
            <Link
              to="/images/$id"
              params={{ id: String(image.id) }}
              preload={false}
              className={classes.link}
              aria-label={t('image.similarNamed', { name: image.name, percent })}
              title={image.name}
            >
              <img src={image.thumbnail_url} alt="" className={classes.picture} loading="lazy" />
              <span className={classes.percent} aria-hidden="true">
                {percent}
              </span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
