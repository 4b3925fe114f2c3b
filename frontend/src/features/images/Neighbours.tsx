import { Group } from '@mantine/core';
import { IconArrowLeft, IconArrowRight } from '@tabler/icons-react';
import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import type { FoundImages } from '@/client';
import { Kbd } from '@/components/Kbd';
import { LinkButton, LinkIcon } from '@/components/links';
import { t } from '@/lib/i18n';
import { flatImages, imagesQuery } from '@/lib/images';
import { shortcut } from '@/lib/shortcuts';
import { imageQuery } from './api';

/** The images before and after this one in the list it was opened from. */
export function Neighbours({ id }: { id: number }) {
  const client = useQueryClient();
  const { q } = useSearch({ strict: false });
  const search = q === undefined ? {} : { q };
  const { before, after } = useMemo(() => {
    const others = client.getQueriesData<InfiniteData<FoundImages>>({ queryKey: ['images'] });
    const lists = [client.getQueryData(imagesQuery(q).queryKey), ...others.map(([, data]) => data)];
    for (const data of lists) {
      const images = flatImages(data);
      const place = images.findIndex((image) => image.id === id);
      if (place >= 0) return { before: images[place - 1], after: images[place + 1] };
    }
    return {};
  }, [client, id, q]);

  useEffect(() => {
    if (!after) return;
    void client.prefetchQuery(imageQuery(after.id));
    new Image().src = after.file_url;
  }, [client, after]);

  return (
    <Group gap="xs">
      {before && (
        <LinkIcon
          to="/images/$id"
          params={{ id: String(before.id) }}
          search={search}
          variant="default"
          size={30}
          aria-label={t('image.previous')}
          {...shortcut('ArrowLeft', t('image.previous'))}
        >
          <IconArrowLeft size={16} />
        </LinkIcon>
      )}
      {after && (
        <LinkIcon
          to="/images/$id"
          params={{ id: String(after.id) }}
          search={search}
          variant="default"
          size={30}
          aria-label={t('image.next')}
          {...shortcut('ArrowRight', t('image.next'))}
        >
          <IconArrowRight size={16} />
        </LinkIcon>
      )}
      <LinkButton
        to="/library"
        search={search}
        variant="default"
        size="xs"
        rightSection={<Kbd keys="Escape" />}
        {...shortcut('Escape', t('image.back'))}
      >
        {t('image.back')}
      </LinkButton>
    </Group>
  );
}
