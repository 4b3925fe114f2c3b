import type { NewUpload } from '@/client';

/** What people say about images: of an upload, or of one image. */
export type Facts = Required<Omit<NewUpload, 'expected'>>;

export const noFacts: Facts = { source: '', licence: '', rating: '', domain: '' };
