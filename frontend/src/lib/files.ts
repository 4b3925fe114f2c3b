/**
 * Files as a person gives them: chosen in a dialog, or dropped, folders with everything in them. Also the hand-over of files
 * dropped on one page to the upload page.
 */
export type PickedFile = { path: string; file: File };

/** What operating systems leave in folders and nobody means to send. */
const litter = /(^|\/)(\.[^/]*|__MACOSX|Thumbs\.db|desktop\.ini)(\/|$)/i;
export const isLitter = (path: string): boolean => litter.test(path);

export function pickedFrom(files: FileList | readonly File[]): PickedFile[] {
  return [...files]
    .map((file) => ({ path: file.webkitRelativePath || file.name, file }))
    .filter(({ path }) => !isLitter(path))
    .sort(byPath);
}

/** As a person counts: "2.jpg" before "10.jpg". */
const collator = new Intl.Collator('en', { numeric: true });
const byPath = (one: PickedFile, two: PickedFile): number => collator.compare(one.path, two.path);

/** The files of a drop, folders read to the bottom. The entries must be taken before the event ends, hence no `await` first. */
export async function droppedFiles(transfer: DataTransfer): Promise<PickedFile[]> {
  const entries: FileSystemEntry[] = [];
  const plain: File[] = [];
  for (const item of transfer.items) {
    if (item.kind !== 'file') continue;
    const entry = item.webkitGetAsEntry?.();
    const file = entry ? null : item.getAsFile();
    if (entry) entries.push(entry);
    else if (file) plain.push(file);
  }
  const found = pickedFrom(plain);
  for (const entry of entries) await readEntry(entry, '', found);
  return found.sort(byPath);
}

async function readEntry(entry: FileSystemEntry, folder: string, found: PickedFile[]): Promise<void> {
  const path = folder + entry.name;
  if (isLitter(path)) return;
  if (isFile(entry)) {
    const file = await new Promise<File | null>((resolve) => entry.file(resolve, () => resolve(null)));
    if (file) found.push({ path, file });
  } else if (isDirectory(entry)) {
    const reader = entry.createReader();
    // A reader gives at most a hundred entries at a time, and an empty list at the end.
    for (let batch = await readBatch(reader); batch.length > 0; batch = await readBatch(reader)) {
      for (const child of batch) await readEntry(child, `${path}/`, found);
    }
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
const readBatch = (reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> =>
  new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));

let handedOver: PickedFile[] = [];

/** Keeps files for the upload page, which takes them when it opens. */
export function handOver(files: PickedFile[]): void {
  handedOver = files;
}

export function takeOver(): PickedFile[] {
  const files = handedOver;
  handedOver = [];
  return files;
}
