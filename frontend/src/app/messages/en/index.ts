/** The English messages, one file for each feature. */
import { app } from './app';
import { completion } from './completion';
import { datasets } from './datasets';
import { image } from './image';
import { jobs } from './jobs';
import { library } from './library';
import { progress } from './progress';
import { review } from './review';
import { search } from './search';
import { taggers } from './taggers';
import { tags } from './tags';
import { training } from './training';
import { tryIt } from './tryIt';
import { upload } from './upload';

export const en = {
  app,
  completion,
  library,
  search,
  upload,
  image,
  review,
  progress,
  datasets,
  tags,
  taggers,
  training,
  tryIt,
  jobs,
} as const;
