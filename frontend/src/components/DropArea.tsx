import { Overlay, Stack, Text } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { type DragEvent, type ReactNode, useRef, useState } from 'react';
import { droppedFiles, type PickedFile } from '@/lib/files';
import { t } from '@/lib/i18n';
import classes from './DropArea.module.css';

type Props = {
  onFiles: (files: PickedFile[]) => void;
  disabled?: boolean;
  /** What is said while files are held above it. */
  hint?: string;
  children: ReactNode;
};

const carriesFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');

/** Everything inside takes files and folders that are dropped on it. Choosing them by a button must be possible as well. */
export function DropArea({ onFiles, disabled = false, hint = t('upload.dropHere'), children }: Props) {
  const [over, setOver] = useState(false);
  const depth = useRef(0); // dragenter and dragleave also come from every child

  function enter(event: DragEvent) {
    if (disabled || !carriesFiles(event)) return;
    event.preventDefault();
    depth.current += 1;
    setOver(true);
  }

  function leave() {
    depth.current = Math.max(0, depth.current - 1);
    if (depth.current === 0) setOver(false);
  }

  async function drop(event: DragEvent) {
    if (disabled || !carriesFiles(event)) return;
    event.preventDefault();
    depth.current = 0;
    setOver(false);
    const files = await droppedFiles(event.dataTransfer);
    if (files.length > 0) onFiles(files);
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is the mouse's way; the buttons inside are everyone's
    <div
      className={classes.area}
      onDragEnter={enter}
      onDragOver={(event) => !disabled && carriesFiles(event) && event.preventDefault()}
      onDragLeave={leave}
      onDrop={drop}
    >
      {children}
      {over && (
        <Overlay className={classes.overlay} zIndex={150} backgroundOpacity={0}>
          <Stack align="center" gap="xs" className={classes.hint}>
            <IconUpload size={40} stroke={1.5} aria-hidden="true" />
            <Text fw={600}>{hint}</Text>
          </Stack>
        </Overlay>
      )}
    </div>
  );
}
