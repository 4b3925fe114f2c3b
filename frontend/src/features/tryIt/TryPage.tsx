import { Button, FileButton, Paper, Select, Skeleton, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPhotoPlus, IconTags, IconWand } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { TaggerRow } from '@/client';
import { DropArea } from '@/components/DropArea';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { Kbd } from '@/components/Kbd';
import { LinkButton } from '@/components/links';
import { PageTitle } from '@/components/PageTitle';
import { Viewer } from '@/features/images/Viewer';
import { canTry, taggersOf, taggersQuery } from '@/features/taggers/api';
import { inOrder } from '@/features/taggers/order';
import type { Item } from '@/features/upload/types';
import { t } from '@/lib/i18n';
import { shortcut } from '@/lib/shortcuts';
import { AddToLibrary } from './AddToLibrary';
import { isRefused, trialQuery } from './api';
import { firstPicture, type Picture, usePaste, usePicture } from './picture';
import { TrialResult } from './TrialResult';
import classes from './TryPage.module.css';

const SLOW_MS = 4_000;

/** One picture, any tagger: which tags it sees, at once. */
export function TryPage() {
  const [picture, choose] = usePicture();
  const query = useInfiniteQuery(taggersQuery);
  const taggers = inOrder(taggersOf(query.data)).filter(canTry);

  function take(files: File[]): void {
    const file = firstPicture(files);
    if (!file) return;
    choose(file);
    if (files.length > 1) notifications.show({ message: t('tryIt.onlyOne') });
  }

  usePaste((files) => {
    if (files.length > 0) take(files);
    else notifications.show({ message: t('tryIt.pastedNothing') });
  });

  return (
    <DropArea onFiles={(files) => take(files.map(({ file }) => file))} hint={t('tryIt.dropHere')}>
      <PageTitle title={t('tryIt.title')} text={t('tryIt.text')}>
        {picture && <ChooseButton label={t('tryIt.another')} onFile={choose} quiet />}
      </PageTitle>
      {query.isError && <ErrorState problem={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton h={320} radius="lg" role="status" aria-label={t('app.loading')} />}
      {query.isSuccess && taggers.length === 0 && (
        <EmptyState icon={IconTags} title={t('tryIt.noTaggerTitle')} text={t('tryIt.noTaggerText')}>
          <LinkButton to="/taggers" variant="light">
            {t('tryIt.toTaggers')}
          </LinkButton>
        </EmptyState>
      )}
      {taggers.length > 0 && !picture && (
        <EmptyState icon={IconWand} title={t('tryIt.emptyTitle')} text={t('tryIt.emptyText')} dashed>
          <ChooseButton label={t('tryIt.choose')} onFile={choose} />
        </EmptyState>
      )}
      {taggers.length > 0 && picture && <Trial picture={picture} taggers={taggers} key={picture.serial} />}
    </DropArea>
  );
}

type ChooseProps = { label: string; onFile: (file: File) => void; quiet?: boolean };

function ChooseButton({ label, onFile, quiet = false }: ChooseProps) {
  return (
    <FileButton accept="image/*" onChange={(file) => file && onFile(file)}>
      {(props) => (
        <Button
          {...props}
          size={quiet ? 'sm' : 'md'}
          variant={quiet ? 'default' : 'filled'}
          leftSection={<IconPhotoPlus size={18} />}
          rightSection={<Kbd keys="f" onFilled={!quiet} />}
          {...shortcut('f', label)}
        >
          {label}
        </Button>
      )}
    </FileButton>
  );
}

type TrialProps = { picture: Picture; taggers: TaggerRow[] };

function Trial({ picture, taggers }: TrialProps) {
  const [taggerId, setTaggerId] = useTaggerChoice(taggers);
  const tagger = taggers.find(({ id }) => id === taggerId) ?? null;
  const trial = useQuery(trialQuery(picture, tagger?.id ?? null));
  // They stay as they are when another tagger is asked.
  const [threshold, setThreshold] = useState<number | null>(null);
  const [item, setItem] = useState<Item | null>(null);
  const { url, file, size } = picture;
  return (
    <div className={classes.layout}>
      <div className={classes.stage}>
        {size === 'unreadable' && (
          <Paper withBorder p="lg">
            <Text size="sm" c="dimmed">
              {t('tryIt.notShown')}
            </Text>
          </Paper>
        )}
        {size !== null && size !== 'unreadable' && (
          <Viewer
            image={{ name: file.name, file_url: url, thumbnail_url: '', ...size }}
            modelSize={tagger?.image_size ?? null}
          />
        )}
      </div>
      <div className={classes.panel}>
        <Select
          label={t('tryIt.tagger')}
          data={taggers.map(({ id, name, state }) => ({
            value: String(id),
            label: t('tryIt.taggerState', { name, state: t(`taggers.state_${state}`) }),
          }))}
          value={tagger && String(tagger.id)}
          onChange={(value) => value !== null && setTaggerId(Number(value))}
          allowDeselect={false}
          error={tagger === null && t('tryIt.taggerMissing')}
        />
        {trial.isLoading && <Waiting key={taggerId} />}
        {trial.isError && !trial.isFetching && (
          <ErrorState
            problem={trial.error}
            title={t('tryIt.failed')}
            onRetry={isRefused(trial.error) ? undefined : () => void trial.refetch()}
          />
        )}
        {trial.data && (
          <TrialResult trial={trial.data} threshold={threshold} onThreshold={setThreshold}>
            <AddToLibrary file={file} item={item} onItem={setItem} />
          </TrialResult>
        )}
      </div>
    </div>
  );
}

/** The tagger of the address, else the one that serves, else the first there is. */
function useTaggerChoice(taggers: TaggerRow[]): [number | null, (id: number) => void] {
  const { tagger: asked } = useSearch({ strict: false });
  const [chosen, choose] = useState<number | null>(asked ?? null);
  return [chosen ?? taggers[0]?.id ?? null, choose];
}

function Waiting() {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Text size="sm" fw={550} role="status">
          {t('tryIt.waiting')}
          {slow && (
            <Text span size="sm" c="dimmed" fw={400} display="block">
              {t('tryIt.waitingLong')}
            </Text>
          )}
        </Text>
        {[70, 45, 60, 50, 40].map((width) => (
          <Skeleton h={14} w={`${width}%`} key={width} />
        ))}
      </Stack>
    </Paper>
  );
}
