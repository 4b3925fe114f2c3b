import { Alert, Button, Text, Tooltip } from '@mantine/core';
import { IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { memo, useState } from 'react';
import type { ImageCard } from '@/client';
import { Kbd } from '@/components/Kbd';
import { ModelNote, ModelToggle, ModelView } from '@/components/ModelView';
import { t } from '@/lib/i18n';
import { shortcut } from '@/lib/shortcuts';
import { usePan } from '@/lib/usePan';
import { keepFocus } from './keepFocus';
import classes from './Stage.module.css';

type Slide = { key: number; image: ImageCard };
/** `slides[0]` is on the screen, the others are what comes next: drawn unseen, so that showing them takes no time. */
type Props = {
  slides: Slide[];
  /** Pixels a side of what the tagger sees; null where there is no tagger. */
  modelSize: number | null;
};

/** The image, fitted to the page, in full size, or as the tagger sees it. */
export const Stage = memo(
  StageView,
  (before, after) => before.modelSize === after.modelSize && sameSlides(before.slides, after.slides),
);

function sameSlides(before: Slide[], after: Slide[]): boolean {
  return before.length === after.length && before.every((slide, index) => slide.key === after[index]?.key);
}

function StageView({ slides, modelSize }: Props) {
  const [now] = slides;
  const [zoomedKey, setZoomedKey] = useState<number | null>(null);
  const [modelKey, setModelKey] = useState<number | null>(null);
  const [settled, setSettled] = useState<ReadonlyMap<number, 'loaded' | 'failed'>>(new Map());
  const zoomed = now !== undefined && zoomedKey === now.key;
  const failed = now !== undefined && settled.get(now.key) === 'failed';
  const square = now !== undefined && modelKey === now.key && modelSize !== null && !failed;
  const pan = usePan(zoomed, () => setZoomedKey(zoomed ? null : (now?.key ?? null)), square);
  if (!now) return null;
  const settle = (key: number, how: 'loaded' | 'failed') => setSettled((map) => new Map(map).set(key, how));
  const state = settled.get(now.key);
  return (
    <div className={classes.stage}>
      <div className={classes.view} data-zoomed={zoomed || undefined} ref={pan.ref} {...pan.handlers}>
        {state !== 'loaded' && now.image.thumbnail_url && (
          <img className={classes.thumbnail} src={now.image.thumbnail_url} alt="" draggable={false} />
        )}
        {slides.map(({ key, image }) => (
          <img
            key={key}
            className={classes.image}
            data-now={(key === now.key && !square) || undefined}
            data-failed={settled.get(key) === 'failed' || undefined}
            src={image.file_url}
            alt={key === now.key ? image.name : ''}
            aria-hidden={key !== now.key || square}
            width={image.width}
            height={image.height}
            style={zoomed && key === now.key && !square ? pan.fullSize(image) : undefined}
            decoding="sync"
            draggable={false}
            onLoad={() => settle(key, 'loaded')}
            onError={() => settle(key, 'failed')}
          />
        ))}
        {square && (
          <ModelView
            key={now.key}
            src={now.image.file_url}
            name={now.image.name}
            size={modelSize}
            zoomed={zoomed}
            style={zoomed ? pan.fullSize(now.image) : undefined}
          />
        )}
      </div>
      {modelSize !== null && <ModelNote size={modelSize} on={square} />}
      {modelSize !== null && (
        <ModelToggle
          size="xs"
          className={classes.model}
          on={square}
          disabled={failed}
          onToggle={() => {
            pan.keepSpot(now.image);
            setModelKey(square ? null : now.key);
          }}
          {...keepFocus}
        />
      )}
      <Tooltip label={zoomed ? t('review.zoomOut') : t('review.zoomIn')}>
        <Button
          className={classes.zoom}
          variant="default"
          size="xs"
          px={8}
          aria-label={zoomed ? t('review.zoomOut') : t('review.zoomIn')}
          aria-pressed={zoomed}
          leftSection={zoomed ? <IconZoomOut size={17} /> : <IconZoomIn size={17} />}
          onClick={() => pan.toggle()}
          {...keepFocus}
          {...shortcut('z', t('review.zoom'))}
        >
          <Kbd keys="z" />
        </Button>
      </Tooltip>
      <Text className={classes.caption} size="xs" component="div">
        <Link to="/images/$id" params={{ id: String(now.image.id) }} title={t('review.openImage')}>
          {t('review.imageOf', { name: now.image.name, width: now.image.width, height: now.image.height })}
        </Link>
      </Text>
      {failed && (
        <Alert className={classes.notice} color="orange" variant="light" py="xs">
          {now.image.thumbnail_url ? t('review.smallCopy') : t('review.notShown')}
        </Alert>
      )}
    </div>
  );
}
