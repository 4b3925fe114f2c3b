import type { PageUploadFileRow, UploadFileRow } from '@/client';
import type { Facts } from '@/lib/facts';

/**
 *     queued ──► sending ──► waiting ──► stored | duplicate | rejected | archive | sidecar
 *       ▲           │
 *       └── retry ── failed            (the file did not arrive; everything after "sending" is the server's verdict)
 */
export type ItemState = 'queued' | 'sending' | 'failed' | UploadFileRow['state'];

/** Files sent together: one upload on the server, opened when its first file goes out. */
export type Batch = {
  facts: Facts;
  expected: number;
  uploadId: number | null;
  closed: boolean;
  /** From where results are still awaited: everything before is settled. */
  cursor: string | null;
  /** The last reading of results came to the end of the list. */
  readToEnd: boolean;
  /** How many of its files have not arrived, and how many the server is still checking. */
  unsent: number;
  waiting: number;
  /** Its files that the server has said nothing about yet, by path. */
  unanswered: Map<string, Item>;
};

export type Item = {
  serial: number;
  batch: Batch;
  path: string;
  /** Null for a member of an archive, which the server found itself. */
  file: File | null;
  size: number;
  state: ItemState;
  progress: number;
  attempts: number;
  fileId: number | null;
  imageId: number | null;
  nearDuplicates: number;
  message: string;
};

export function newBatch(facts: Facts, expected: number): Batch {
  return {
    facts,
    expected,
    uploadId: null,
    closed: false,
    cursor: null,
    readToEnd: false,
    unsent: 0,
    waiting: 0,
    unanswered: new Map(),
  };
}

const unsentStates: ReadonlySet<ItemState> = new Set(['queued', 'sending', 'failed']);
export const isUnsent = (state: ItemState): boolean => unsentStates.has(state);

/** Why nothing is sent now. */
export type Pause = 'network' | 'session' | null;

export type Snapshot = {
  version: number;
  /** Changes in place, unlike the figures: those are of one moment. */
  items: readonly Item[];
  total: number;
  counts: Readonly<Record<ItemState, number>>;
  bytes: number;
  bytesSent: number;
  paused: Pause;
};

/** How the queue reaches the server; a test gives it another one. */
export type Transport = {
  open: (facts: Facts, expected: number) => Promise<number>;
  send: (
    uploadId: number,
    path: string,
    file: File,
    onProgress: (share: number) => void,
    signal: AbortSignal,
  ) => Promise<UploadFileRow>;
  close: (uploadId: number) => Promise<unknown>;
  results: (uploadId: number, cursor: string | null) => Promise<PageUploadFileRow>;
  isReachable: () => Promise<boolean>;
  isReadable: (file: File) => Promise<boolean>;
  wait: (milliseconds: number) => Promise<void>;
};

export const states: readonly ItemState[] = [
  'queued',
  'sending',
  'failed',
  'waiting',
  'stored',
  'duplicate',
  'rejected',
  'archive',
  'sidecar',
];
