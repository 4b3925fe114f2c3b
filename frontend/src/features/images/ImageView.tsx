import { VisuallyHidden } from '@mantine/core';
import type { ImageDetail } from '@/client';
import { PageTitle } from '@/components/PageTitle';
import { t } from '@/lib/i18n';
import { useCan, useOverview } from '@/lib/session';
import { Duplicates } from './Duplicates';
import { Facts } from './Facts';
import classes from './ImageView.module.css';
import { Labels } from './Labels';
import { Neighbours } from './Neighbours';
import { Similar } from './Similar';
import { Suggestions } from './Suggestions';
import { Timeline } from './Timeline';
import { useAnswering } from './useAnswering';
import { Viewer } from './Viewer';

/** One image: the picture, what is known of it, and what is asked about it. */
export function ImageView({ image }: { image: ImageDetail }) {
  const answering = useAnswering(image);
  const mayAnswer = useCan('answer');
  const modelSize = useOverview()?.tagger?.image_size ?? null;
  return (
    <>
      <PageTitle title={image.name} text={t('image.sizeValue', { width: image.width, height: image.height })}>
        <Neighbours id={image.id} />
      </PageTitle>
      <div className={classes.layout}>
        <div className={classes.viewer}>
          <Viewer image={image} modelSize={modelSize} />
        </div>
        <div className={classes.panel}>
          <Labels image={image} answering={answering} mayAnswer={mayAnswer} />
          <Suggestions image={image} answering={answering} mayAnswer={mayAnswer} />
          <Timeline image={image} answering={answering} />
        </div>
        <div className={classes.more}>
          <Duplicates duplicates={image.duplicates} />
          <Similar id={image.id} pretagged={image.pretagged} />
          <Facts image={image} />
        </div>
      </div>
      <VisuallyHidden aria-live="polite">{answering.spoken}</VisuallyHidden>
    </>
  );
}
