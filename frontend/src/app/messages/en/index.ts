/** The English messages, one file for each feature. */
import { app } from './app';
import { completion } from './completion';
import { conflicts } from './conflicts';
import { datasets } from './datasets';
import { history } from './history';
import { image } from './image';
import { jobs } from './jobs';
import { labelImports } from './labelImports';
import { library } from './library';
import { progress } from './progress';
import { review } from './review';
import { search } from './search';
import { taggers } from './taggers';
import { tags } from './tags';
import { training } from './training';
import { tryIt } from './tryIt';
import { upload } from './upload';
import { vocabularyFiles } from './vocabularyFiles';

export const en = {
  app,
  completion,
  library,
  search,
  upload,
  image,
  review,
  history,
  conflicts,
  progress,
  datasets,
  tags,
  vocabularyFiles,
  taggers,
  training,
  tryIt,
  labelImports,
  jobs,
} as const;
