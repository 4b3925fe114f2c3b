import { ActionIcon, Alert, Group, Tooltip } from '@mantine/core';
import { IconExternalLink, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { useState } from 'react';
import type { ImageCard } from '@/client';
import { Kbd } from '@/components/Kbd';
import { ModelNote, ModelToggle, ModelView } from '@/components/ModelView';
import { t } from '@/lib/i18n';
import { shortcut } from '@/lib/shortcuts';
import { usePan } from '@/lib/usePan';
import classes from './Viewer.module.css';

type Props = {
  image: Pick<ImageCard, 'name' | 'file_url' | 'thumbnail_url' | 'width' | 'height'>;
  /** Pixels a side of what the tagger sees; null where there is no tagger. */
  modelSize: number | null;
};

/**
 * The picture, fitted to the page or pixel by pixel, or as the tagger sees it; a click zooms in at the place clicked.
 */
export function Viewer({ image, modelSize }: Props) {
  const [zoomed, setZoomed] = useState(false);
  const [asModel, setAsModel] = useState(false);
  const [state, setState] = useState<'loading' | 'loaded' | 'failed'>('loading');
  const square = asModel && modelSize !== null && state !== 'failed';
  const pan = usePan(zoomed, () => setZoomed((before) => !before), square);
  const label = zoomed ? t('image.zoomOut') : t('image.zoomIn');
  return (
    <div className={classes.viewer}>
      <section
        ref={pan.ref}
        className={classes.frame}
        data-zoomed={zoomed || undefined}
        aria-label={t('image.viewer', { name: image.name })}
        tabIndex={zoomed ? 0 : undefined}
        {...pan.handlers}
      >
        {state !== 'loaded' && image.thumbnail_url && (
          <img className={classes.thumbnail} src={image.thumbnail_url} alt="" draggable={false} />
        )}
        <img
          src={image.file_url}
          alt={image.name}
          width={image.width}
          height={image.height}
          className={classes.picture}
          data-now={square ? undefined : ''}
          data-state={state}
          aria-hidden={square}
          style={zoomed && !square ? pan.fullSize(image) : undefined}
          draggable={false}
          onLoad={() => setState('loaded')}
          onError={() => setState('failed')}
        />
        {square && (
          <ModelView
            src={image.file_url}
            name={image.name}
            size={modelSize}
            zoomed={zoomed}
            style={zoomed ? pan.fullSize(image) : undefined}
          />
        )}
      </section>
      {modelSize !== null && <ModelNote size={modelSize} on={square} />}
      {state === 'failed' && (
        <Alert color="orange" py="xs" className={classes.notice}>
          {t('image.pictureFailed')}
        </Alert>
      )}
      <Group gap={6} className={classes.tools}>
        {modelSize !== null && (
          <ModelToggle
            size="compact-md"
            className={classes.tool}
            on={square}
            disabled={state === 'failed'}
            onToggle={() => {
              pan.keepSpot(image);
              setAsModel(!square);
            }}
          />
        )}
        <Tooltip label={label}>
          <ActionIcon
            variant="default"
            size="lg"
            w="auto"
            px={8}
            aria-label={label}
            aria-pressed={zoomed}
            onClick={() => pan.toggle()}
            {...shortcut('z', label)}
          >
            <Group gap={6} wrap="nowrap">
              {zoomed ? <IconZoomOut size={20} stroke={1.6} /> : <IconZoomIn size={20} stroke={1.6} />}
              <Kbd keys="z" />
            </Group>
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t('image.openOriginal')}>
          <ActionIcon
            variant="default"
            size="lg"
            component="a"
            href={image.file_url}
            target="_blank"
            rel="noreferrer"
            aria-label={t('image.openOriginal')}
          >
            <IconExternalLink size={20} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Group>
    </div>
  );
}
