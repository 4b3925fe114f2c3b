import { ScrollArea, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ImageDetail } from '@/client';
import { t } from '@/lib/i18n';
import classes from './Duplicates.module.css';
import { Section } from './Section';

/** The images that look like this one, the nearest first. */
export function Duplicates({ duplicates }: Pick<ImageDetail, 'duplicates'>) {
  if (duplicates.length === 0) return null;
  return (
    <Section title={t('image.duplicates')} text={t('image.duplicatesText', { count: duplicates.length })}>
      <ScrollArea type="auto" offsetScrollbars="x" scrollbarSize={8}>
        <ul className={classes.strip}>
          {duplicates.map(({ image, distance }) => (
            <li key={image.id}>
              <Link to="/images/$id" params={{ id: String(image.id) }} className={classes.link}>
                <img src={image.thumbnail_url} alt={image.name} className={classes.picture} loading="lazy" />
                <Text size="xs" c="dimmed" mt={4}>
                  {distance === 0 ? t('image.sameHash') : t('image.distance', { count: distance })}
                </Text>
              </Link>
            </li>
          ))}
        </ul>
      </ScrollArea>
    </Section>
  );
}
