import { Grid, Skeleton, Stack } from '@mantine/core';
import { IconPhotoOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { LinkButton } from '@/components/links';
import { ApiError } from '@/lib/api';
import { t } from '@/lib/i18n';
import { imageQuery } from './api';
import { ImageView } from './ImageView';

export function ImagePage() {
  const { id } = useParams({ from: '/shell/images/$id' });
  const number = /^[1-9]\d{0,17}$/.test(id) ? Number(id) : null;
  const image = useQuery({ ...imageQuery(number ?? 0), enabled: number !== null });
  const missing = number === null || (image.error instanceof ApiError && image.error.status === 404);

  if (missing) {
    return (
      <EmptyState icon={IconPhotoOff} title={t('image.notFoundTitle')} text={t('image.notFoundText')}>
        <LinkButton to="/library">{t('app.toLibrary')}</LinkButton>
      </EmptyState>
    );
  }
  if (image.data) return <ImageView key={image.data.id} image={image.data} />;
  if (image.isError) return <ErrorState problem={image.error} onRetry={() => image.refetch()} />;
  return <Loading />;
}

function Loading() {
  return (
    <Grid role="status" aria-label={t('app.loading')}>
      <Grid.Col span={{ base: 12, md: 8 }}>
        <Skeleton h="65vh" radius="lg" />
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 4 }}>
        <Stack>
          <Skeleton h={120} radius="lg" />
          <Skeleton h={320} radius="lg" />
        </Stack>
      </Grid.Col>
    </Grid>
  );
}
