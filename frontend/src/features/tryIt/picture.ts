/** The picture that is tried: a file of this browser, shown from where it lies. */
import { useEffect, useRef, useState } from 'react';
import type { Size } from '@/lib/modelView';

export type Picture = {
  serial: number;
  file: File;
  url: string;
  /** Null until the browser has read it; 'unreadable' where it cannot. */
  size: Size | 'unreadable' | null;
};

let made = 0;

/** One picture at a time; its address is given back when another takes its place. */
export function usePicture(): [picture: Picture | null, choose: (file: File) => void] {
  const [picture, setPicture] = useState<Picture | null>(null);
  const url = picture?.url;
  useEffect(() => {
    if (url !== undefined) return () => URL.revokeObjectURL(url);
  }, [url]);

  function choose(file: File): void {
    made += 1;
    const chosen: Picture = { serial: made, file, url: URL.createObjectURL(file), size: null };
    setPicture(chosen);
    const measured = (size: Picture['size']) =>
      setPicture((now) => (now?.serial === chosen.serial ? { ...now, size } : now));
    const image = new Image();
    image.onload = () => measured({ width: image.naturalWidth, height: image.naturalHeight });
    image.onerror = () => measured('unreadable');
    image.src = chosen.url;
  }

  return [picture, choose];
}

/** The one to take of several files: the first picture, or the first file where none says that it is a picture. */
export function firstPicture(files: readonly File[]): File | undefined {
  return files.find((file) => file.type.startsWith('image/')) ?? files[0];
}

/** Pasting works anywhere on the page. What is no picture goes where it always goes. */
export function usePaste(onFiles: (files: File[]) => void): void {
  const listener = useRef(onFiles);
  useEffect(() => {
    listener.current = onFiles;
  });
  useEffect(() => {
    function onPaste(event: ClipboardEvent): void {
      const target = event.target;
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0 && target instanceof HTMLElement && target.matches('input, textarea')) return;
      event.preventDefault();
      listener.current(files);
    }
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  }, []);
}
