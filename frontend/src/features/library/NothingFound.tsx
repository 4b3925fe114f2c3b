import { Group, Stack, Text } from '@mantine/core';
import { IconPhoto, IconSearchOff } from '@tabler/icons-react';
import { EmptyState } from '@/components/EmptyState';
import { LinkButton } from '@/components/links';
import { t } from '@/lib/i18n';
import { wider } from '@/lib/queryWords';

const mostWider = 6;

/** A query found no image: why that may be, and what to try. */
export function NothingFound({ q }: { q: string }) {
  if (/^upload:\d+$/.test(q)) {
    return (
      <EmptyState icon={IconPhoto} title={t('library.emptyUploadTitle')} text={t('library.emptyUploadText')}>
        <LinkButton to="/upload" variant="light">
          {t('library.showUpload')}
        </LinkButton>
      </EmptyState>
    );
  }
  const others = wider(q).slice(0, mostWider);
  return (
    <EmptyState icon={IconSearchOff} title={t('search.nothingTitle')} text={t('search.nothingText')}>
      <Stack gap="xs" align="center">
        {others.length > 0 && (
          <Text size="sm" c="dimmed">
            {t('search.nothingWider')}
          </Text>
        )}
        <Group gap="xs" justify="center">
          {others.map(({ word, query }) => (
            <LinkButton
              key={`${word} ${query}`}
              to="/library"
              search={{ q: query }}
              variant="light"
              size="xs"
              styles={{ label: { whiteSpace: 'normal' } }}
            >
              {t('search.without', { word })}
            </LinkButton>
          ))}
          <LinkButton to="/library" search={{}} variant="default" size="xs">
            {t('library.showAll')}
          </LinkButton>
        </Group>
      </Stack>
    </EmptyState>
  );
}
