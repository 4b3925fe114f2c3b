import { Stack } from '@mantine/core';
import { IconArrowsSplit2, IconCloudUpload } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { DropArea } from '@/components/DropArea';
import { ErrorState } from '@/components/ErrorState';
import { Kbd } from '@/components/Kbd';
import { LinkButton } from '@/components/links';
import { PageTitle } from '@/components/PageTitle';
import { TagInput } from '@/components/TagInput';
import { handOver, type PickedFile } from '@/lib/files';
import { t } from '@/lib/i18n';
import { flatImages } from '@/lib/images';
import { useCan, useOverview } from '@/lib/session';
import { shortcut } from '@/lib/shortcuts';
import { BookInTheMaking } from './BookProgress';
import { EmptyLibrary } from './EmptyLibrary';
import { GridSkeleton } from './GridSkeleton';
import { ImageGrid } from './ImageGrid';
import { NearLine } from './NearLine';
import { NothingFound } from './NothingFound';
import classes from './Search.module.css';
import { SearchBar } from './SearchBar';
import { SizeControl, type ThumbnailSize, useThumbnailSize } from './SizeControl';
import { type FoundNow, useFound, wrongPart } from './useFound';

export function LibraryPage() {
  const { q = '', near } = useSearch({ from: '/shell/library' });
  const navigate = useNavigate();
  const mayUpload = useCan('image.upload');
  const overview = useOverview();
  const found = useFound(q);
  const [size, setSize] = useThumbnailSize();
  useFreshImages(found.images.data?.pages.length ?? 0);
  const empty = found.answered === '' && found.images.data?.pages[0]?.items.length === 0;

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
            keys={null}
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
      <Stack gap="md">
        {!empty && <SearchBar q={q} found={found} />}
        {near === undefined ? <Shown found={found} size={size} /> : <NearLine tag={near} size={size} />}
      </Stack>
    </DropArea>
  );
}

type ShownProps = { found: FoundNow; size: ThumbnailSize };

/** What is found; what was found before stays, in the background, until there is something new. */
function Shown({ found, size }: ShownProps) {
  const { images, answered, old, problem, retry } = found;
  const all = flatImages(images.data);
  const none = images.isSuccess && all.length === 0;
  const other = problem !== null && wrongPart(problem) === null;
  return (
    <>
      {other && (
        <ErrorState
          title={answered === '' ? undefined : t('search.failed')}
          problem={problem}
          onRetry={retry}
        />
      )}
      <div className={old ? classes.old : undefined} aria-busy={old && problem === null}>
        {images.isPending && <GridSkeleton size={size} />}
        {none && (answered === '' ? <EmptyLibrary /> : <NothingFound q={answered} />)}
        {all.length > 0 && answered === '' && <BookInTheMaking />}
        {all.length > 0 && <ImageGrid key={answered} images={all} query={images} size={size} q={answered} />}
      </div>
    </>
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
    if (seen.current !== undefined && pages <= 5)
      for (const queryKey of [['images'], ['search', 'count']]) void client.invalidateQueries({ queryKey });
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
