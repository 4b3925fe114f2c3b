import { Button, type ButtonProps, Group, Tooltip } from '@mantine/core';
import { IconGridPattern } from '@tabler/icons-react';
import { type CSSProperties, type MouseEvent, useEffect, useRef } from 'react';
import { Kbd } from '@/components/Kbd';
import { t } from '@/lib/i18n';
import { placeIn } from '@/lib/modelView';
import { shortcut } from '@/lib/shortcuts';
import classes from './ModelView.module.css';

type Props = { src: string; name: string; size: number; zoomed: boolean; style: CSSProperties | undefined };

/** The picture as the tagger sees it: shrunk into a white square of `size` pixels, every one of them plain to see. */
export function ModelView({ src, name, size, zoomed, style }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const picture = new Image();
    picture.onload = () => canvas.current && draw(canvas.current, picture);
    picture.src = src;
    return () => {
      picture.onload = null;
    };
  }, [src]);
  return (
    <canvas
      ref={canvas}
      width={size}
      height={size}
      className={classes.canvas}
      data-now=""
      data-zoomed={zoomed || undefined}
      style={style}
      role="img"
      aria-label={t('app.modelViewOf', { name, size })}
    />
  );
}

function draw(canvas: HTMLCanvasElement, picture: HTMLImageElement): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  const size = { width: picture.naturalWidth, height: picture.naturalHeight };
  context.drawImage(picture, ...placeIn(size, canvas.width));
}

/** Always there, so that a screen reader hears when it begins to say something. */
export function ModelNote({ size, on }: { size: number; on: boolean }) {
  return (
    <div className={classes.note} role="status">
      {on && t('app.modelView', { size })}
    </div>
  );
}

type ToggleProps = Pick<ButtonProps, 'size' | 'className' | 'disabled'> & {
  on: boolean;
  onToggle: () => void;
  onMouseDown?: (event: MouseEvent) => void;
};

/** The button between the picture and what the tagger sees of it. */
export function ModelToggle({ on, onToggle, ...rest }: ToggleProps) {
  const label = on ? t('app.modelViewOff') : t('app.modelViewOn');
  return (
    <Tooltip label={label}>
      <Button
        variant={on ? 'filled' : 'default'}
        px={8}
        aria-label={t('app.modelViewOn')}
        aria-pressed={on}
        onClick={onToggle}
        {...rest}
        {...shortcut('v', label)}
      >
        <Group gap={7} wrap="nowrap">
          <IconGridPattern size={17} />
          <Kbd keys="v" onFilled={on} />
        </Group>
      </Button>
    </Tooltip>
  );
}
