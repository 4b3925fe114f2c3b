/** The one queue of this browser tab; it goes on while its user looks at other pages. */
import { useSyncExternalStore } from 'react';
import { onSessionRestored } from '@/lib/api';
import { transport } from './api';
import { UploadQueue } from './queue';
import type { Snapshot } from './types';

export const queue = new UploadQueue(transport);

window.addEventListener('online', () => queue.resume());
window.addEventListener('beforeunload', (event) => {
  if (queue.unsent > 0) event.preventDefault(); // the browser asks whether to leave
});
onSessionRestored(() => queue.resume());

export function useUploadQueue(): Snapshot {
  return useSyncExternalStore(queue.subscribe, queue.getSnapshot);
}
