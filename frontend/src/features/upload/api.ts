import {
  health,
  type PageUploadRow,
  type UploadFileRow,
  uploadClose,
  uploadFiles,
  uploadOpen,
  uploads,
} from '@/client';
import { ApiError, announceSessionEnded, csrfToken, errorFrom, networkError } from '@/lib/api';
import type { Transport } from './types';

const resultsPage = 200;

export const listUploads = (signal?: AbortSignal): Promise<PageUploadRow> =>
  uploads({ query: { limit: 10 }, signal });

/** One file as the raw body of a request; not by `fetch`, which cannot tell how far it is. */
function sendFile(
  uploadId: number,
  path: string,
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<UploadFileRow> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open('POST', `/api/uploads/${uploadId}/files?path=${encodeURIComponent(path)}`);
    call.setRequestHeader('Content-Type', 'application/octet-stream');
    call.setRequestHeader('X-CSRFToken', csrfToken());
    call.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total);
    };
    call.onload = () => {
      if (call.status >= 200 && call.status < 300) resolve(JSON.parse(call.responseText) as UploadFileRow);
      else {
        if (call.status === 401) announceSessionEnded();
        reject(errorFrom(call.status, call.responseText));
      }
    };
    call.onerror = () => reject(networkError());
    call.ontimeout = () => reject(networkError());
    call.onabort = () => reject(new ApiError('aborted', '', 0));
    signal.addEventListener('abort', () => call.abort());
    call.send(file);
  });
}

export const transport: Transport = {
  open: async (facts, expected) => (await uploadOpen({ body: { ...facts, expected } })).id,
  send: sendFile,
  close: (id) => uploadClose({ path: { upload_id: id } }),
  results: (id, cursor) => uploadFiles({ path: { upload_id: id }, query: { cursor, limit: resultsPage } }),
  isReachable: () =>
    health().then(
      () => true,
      () => false,
    ),
  isReadable: (file) =>
    file
      .slice(0, 1)
      .arrayBuffer()
      .then(
        () => true,
        () => false,
      ),
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};
