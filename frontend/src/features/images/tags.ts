/** The tags of one image as people edit them: by category, what was typed, and what that changes (pure). */
import type { AnswerRow, LabelRow } from '@/client';

/** As Danbooru lists them. */
export const categories = ['artist', 'copyright', 'character', 'general', 'meta'] as const;
export type Category = (typeof categories)[number];

/** What somebody wants of a tag: that the image has it, or that it has not. */
export type Change = { tag: string; verdict: 'yes' | 'no' };

export const isCategory = (name: string): name is Category => categories.some((each) => each === name);

/** Labels by category, each group by name, what is disputed first; a category without any is left out. */
export function byCategory(labels: readonly LabelRow[]): { category: Category; labels: LabelRow[] }[] {
  const groups = new Map<Category, LabelRow[]>(categories.map((category) => [category, []]));
  for (const label of labels) {
    groups.get(isCategory(label.category) ? label.category : 'general')?.push(label);
  }
  return [...groups]
    .filter(([, group]) => group.length > 0)
    .map(([category, group]) => ({
      category,
      labels: group.sort(
        (one, two) => disputed(two) - disputed(one) || (one.tag < two.tag ? -1 : Number(one.tag > two.tag)),
      ),
    }));
}

const disputed = ({ state }: LabelRow): number => Number(state === 'conflicting');

/** The words of what was typed; a name has no space in it and does not end in a comma. */
export const wordsOf = (text: string): string[] =>
  text
    .split(/\s+/)
    .map((word) => word.replace(/,+$/, ''))
    .filter((word) => word !== '' && word !== '-');

/** The word at the caret, and where it stands in the text. */
export function wordAt(text: string, caret: number): { word: string; from: number; to: number } {
  const from = text.slice(0, caret).search(/\S*$/);
  const to = caret + text.slice(caret).search(/\s|$/);
  return { word: text.slice(from, to), from, to };
}

const HUMAN = ['answered', 'accepted'];

/** What is asked for and not so already by somebody's word; of two that contradict each other the later one. */
export function differences(wanted: readonly Change[], labels: readonly LabelRow[]): Change[] {
  const known = new Map(labels.map((label) => [label.tag, label]));
  const last = new Map(wanted.map((change) => [change.tag, change]));
  return [...last.values()].filter(({ tag, verdict }) => {
    const label = known.get(tag);
    const same = label?.state === (verdict === 'yes' ? 'positive' : 'negative');
    return !(same && label && HUMAN.includes(label.source));
  });
}

/** One's own answers that count, by tag: of several to one tag the last, which comes first. */
export function standingOf(answers: readonly AnswerRow[]): Map<string, AnswerRow> {
  const own = new Map<string, AnswerRow>();
  for (const answer of answers) {
    if (answer.mine && !answer.retracted && !own.has(answer.tag)) own.set(answer.tag, answer);
  }
  return own;
}
