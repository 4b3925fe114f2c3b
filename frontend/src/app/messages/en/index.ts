/** The English messages, one file for each feature. */
import { app } from './app';
import { conflicts } from './conflicts';
import { datasets } from './datasets';
import { history } from './history';
import { image } from './image';
import { jobs } from './jobs';
import { labelImports } from './labelImports';
import { library } from './library';
import { progress } from './progress';
import { review } from './review';
import { taggers } from './taggers';
import { training } from './training';
import { tryIt } from './tryIt';
import { upload } from './upload';

export const en = {
  app,
  library,
  upload,
  image,
  review,
  history,
  conflicts,
  progress,
  datasets,
  taggers,
  training,
  tryIt,
  labelImports,
  jobs,
} as const;
