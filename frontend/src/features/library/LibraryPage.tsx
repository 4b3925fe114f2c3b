import { Stack } from '@mantine/core';
import { IconArrowsSplit2, IconCloudUpload, IconPhoto } from '@tabler/icons-react';
import {
  type InfiniteData,
  type UseInfiniteQueryResult,
  useInfiniteQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { FoundImages } from '@/client';
import { DropArea } from '@/components/DropArea';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { Kbd } from '@/components/Kbd';
import { LinkButton } from '@/components/links';
import { PageTitle } from '@/components/PageTitle';
import { TagInput } from '@/components/TagInput';
import { handOver, type PickedFile } from '@/lib/files';
import { t } from '@/lib/i18n';
import { flatImages, imagesQuery } from '@/lib/images';
import { useCan, useOverview } from '@/lib/session';
import { shortcut } from '@/lib/shortcuts';
import { BookInTheMaking } from './BookProgress';
import { EmptyLibrary } from './EmptyLibrary';
import { Filter } from './Filter';
import { GridSkeleton } from './GridSkeleton';
import { ImageGrid } from './ImageGrid';
import { NearLine } from './NearLine';
import { SizeControl, type ThumbnailSize, useThumbnailSize } from './SizeControl';

export function LibraryPage() {
  const { q = '', near } = useSearch({ from: '/shell/library' });
  const navigate = useNavigate();
  const mayUpload = useCan('image.upload');
  const overview = useOverview();
  const images = useInfiniteQuery(imagesQuery(q));
  const [size, setSize] = useThumbnailSize();
  useFreshImages(images.data?.pages.length ?? 0);
  const empty = images.isSuccess && images.data.pages[0]?.items.length === 0;

  function uploadDropped(files: PickedFile[]) {
    handOver(files);
    void navigate({ to: '/upload' });
  }

  return (
    <DropArea onFiles={uploadDropped} disabled={!mayUpload}>
      <PageTitle title={t('library.title')} text={overview && !empty && <Figures {...overview} />}>
        {!empty && (
          <TagInput
            size="xs"
            position="bottom"
            label={t('library.nearInput')}
            placeholder={t('library.nearHint')}
            icon={IconArrowsSplit2}
            onTag={(tag) => void navigate({ to: '/library', search: { near: tag } })}
          />
        )}
        {!empty && <SizeControl value={size} onChange={setSize} />}
        {!empty && mayUpload && (
          <LinkButton
            to="/upload"
            leftSection={<IconCloudUpload size={18} />}
            rightSection={<Kbd keys="u" onFilled />}
            {...shortcut('u', t('library.upload'))}
          >
            {t('library.upload')}
          </LinkButton>
        )}
      </PageTitle>
      {near === undefined ? (
        <AllImages images={images} q={q} size={size} />
      ) : (
        <NearLine tag={near} size={size} />
      )}
    </DropArea>
  );
}

type AllProps = {
  images: UseInfiniteQueryResult<InfiniteData<FoundImages>>;
  q: string;
  size: ThumbnailSize;
};

function AllImages({ images, q, size }: AllProps) {
  const all = flatImages(images.data);
  const empty = images.isSuccess && all.length === 0;
  return (
    <Stack gap="md">
      {q !== '' && <Filter text={q} />}
      {images.isPending && <GridSkeleton size={size} />}
      {images.isError && all.length === 0 && (
        <ErrorState problem={images.error} onRetry={() => images.refetch()} />
      )}
      {empty && (q === '' ? <EmptyLibrary /> : <EmptyUpload />)}
      {all.length > 0 && <BookInTheMaking />}
      {all.length > 0 && <ImageGrid images={all} query={images} size={size} />}
    </Stack>
  );
}

/** Reads the list again when images have come or were pre-tagged; a list that was followed far stays as it is. */
function useFreshImages(pages: number) {
  const client = useQueryClient();
  const { images, pretagged } = useOverview() ?? {};
  const seen = useRef<string>(undefined);
  useEffect(() => {
    const now = `${images} ${pretagged}`;
    if (images === undefined || seen.current === now) return;
    if (seen.current !== undefined && pages <= 5) void client.invalidateQueries({ queryKey: ['images'] });
    seen.current = now;
  }, [client, images, pretagged, pages]);
}

function Figures({ images, pretagged }: { images: number; pretagged: number }) {
  return (
    <span className="tabular" aria-live="polite">
      {t('library.count', { count: images })}
      {pretagged < images && ` · ${t('library.pretaggedCount', { count: pretagged })}`}
    </span>
  );
}

function EmptyUpload() {
  return (
    <EmptyState icon={IconPhoto} title={t('library.emptyUploadTitle')} text={t('library.emptyUploadText')}>
      <LinkButton to="/upload" variant="light">
        {t('library.showUpload')}
      </LinkButton>
    </EmptyState>
  );
}
