import { ActionIcon, Group, Text, Tooltip } from '@mantine/core';
import { IconExternalLink, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { type MouseEvent, useLayoutEffect, useRef, useState } from 'react';
import type { ImageCard } from '@/client';
import { Kbd } from '@/components/Kbd';
import { t } from '@/lib/i18n';
import { shortcut } from '@/lib/shortcuts';
import { useDragScroll } from './useDragScroll';
import classes from './Viewer.module.css';

type Point = { x: number; y: number };
const centre: Point = { x: 0.5, y: 0.5 };

/** The picture, fitted to the page or pixel by pixel; a click zooms in at the place clicked. */
export function Viewer({ image }: { image: ImageCard }) {
  const [zoomed, setZoomed] = useState(false);
  const [loaded, setLoaded] = useState(false);
  const [failed, setFailed] = useState(false);
  const frame = useRef<HTMLElement>(null);
  const aim = useRef<Point>(centre);
  const drag = useDragScroll(frame);

  useLayoutEffect(() => {
    const box = frame.current;
    if (!zoomed || !box) return;
    box.scrollLeft = aim.current.x * box.scrollWidth - box.clientWidth / 2;
    box.scrollTop = aim.current.y * box.scrollHeight - box.clientHeight / 2;
  }, [zoomed]);

  function toggle(at: Point) {
    aim.current = at;
    setZoomed(!zoomed);
  }

  function click(event: MouseEvent<HTMLImageElement>) {
    if (drag.moved()) return;
    const box = event.currentTarget.getBoundingClientRect();
    toggle({ x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height });
  }

  const label = zoomed ? t('image.zoomOut') : t('image.zoomIn');
  return (
    <div className={classes.viewer}>
      <section
        ref={frame}
        className={classes.frame}
        data-zoomed={zoomed || undefined}
        aria-label={t('image.viewer', { name: image.name })}
        tabIndex={zoomed ? 0 : undefined}
        {...drag.handlers}
      >
        {failed ? (
          <Text c="dimmed" p="xl">
            {t('image.pictureFailed')}
          </Text>
        ) : (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the button beside it does the same by keyboard
          <img
            src={image.file_url}
            alt={image.name}
            width={image.width}
            height={image.height}
            className={classes.picture}
            style={loaded ? undefined : { backgroundImage: `url("${image.thumbnail_url}")` }}
            data-loaded={loaded || undefined}
            draggable={false}
            onLoad={() => setLoaded(true)}
            onError={() => setFailed(true)}
            onClick={click}
          />
        )}
      </section>
      <Group gap={4} className={classes.tools}>
        <Tooltip label={label}>
          <ActionIcon
            variant="default"
            size="lg"
            w="auto"
            px={8}
            aria-label={label}
            aria-pressed={zoomed}
            onClick={() => toggle(centre)}
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
