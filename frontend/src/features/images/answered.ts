/** What an image looks like once an answer is given, before the server has said so (pure). */
import type { AnswerIn, ImageDetail, LabelRow } from '@/client';

type Change = (image: ImageDetail) => ImageDetail;

const stateOf = { yes: 'positive', no: 'negative', unsure: null } as const;

/** "Unsure" decides nothing: it leaves the label as it is. */
export const withAnswer =
  ({ id, tag, verdict, how, shown }: AnswerIn, by: string): Change =>
  (image) => {
    const state = stateOf[verdict];
    const category = categoryIn(image, tag);
    const { probability = null } = shown;
    const at = new Date().toISOString();
    const answer = { id, tag, category, verdict, how, probability, by, mine: true, at, retracted: false };
    const answers = [answer, ...image.answers];
    return state === null
      ? { ...image, answers }
      : {
          ...withLabel(image, tag, {
            tag,
            category,
            state,
            source: how === 'accepted' && state === 'positive' ? 'accepted' : 'answered',
            automatic: false,
          }),
          answers,
        };
  };

/** An answer that could not be recorded is gone, and what it changed is as it was `before`. */
export const withoutTrace =
  (id: string, tag: string, before: ImageDetail): Change =>
  (image) => ({
    ...withLabel(
      image,
      tag,
      before.labels.find((label) => label.tag === tag),
    ),
    answers: image.answers.filter((answer) => answer.id !== id),
  });

export const withRetraction =
  (ids: readonly string[], retracted: boolean): Change =>
  (image) => ({
    ...image,
    answers: image.answers.map((answer) => (ids.includes(answer.id) ? { ...answer, retracted } : answer)),
  });

/** That one said so oneself, or does not any more; what others said stays. */
export const withCompletion =
  (complete: boolean, by: string): Change =>
  (image) => {
    const others = image.completions.filter((each) => !each.mine);
    const own = { by, at: new Date().toISOString(), mine: true };
    return { ...image, completions: complete ? [...others, own] : others };
  };

/** What is not shown anywhere on the page is said by the server. */
function categoryIn({ labels, suggestions }: ImageDetail, tag: string): string {
  return [...labels, ...suggestions].find((each) => each.tag === tag)?.category ?? 'general';
}

function withLabel(image: ImageDetail, tag: string, label: LabelRow | undefined): ImageDetail {
  const others = image.labels.filter((each) => each.tag !== tag);
  const labels = label ? [...others, label].sort((one, two) => one.tag.localeCompare(two.tag)) : others;
  const state = label?.state ?? null;
  return {
    ...image,
    labels,
    suggestions: image.suggestions.map((each) => (each.tag === tag ? { ...each, state } : each)),
  };
}
