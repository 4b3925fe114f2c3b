/** The kinds of files about the vocabulary, each with a line as it may stand in one. */
import type { VocabularyForm } from '@/client';

export const forms = [
  { form: 'tags', example: 'long_hair,0,4350743,"/lh,longhair"' },
  {
    form: 'aliases',
    example: '{"antecedent_name": "longhair", "consequent_name": "long_hair", "status": "active"}',
  },
  {
    form: 'implications',
    example: '{"antecedent_name": "very_long_hair", "consequent_name": "long_hair", "status": "active"}',
  },
  {
    form: 'wiki',
    example: '{"title": "long_hair", "body": "Hair that [b]reaches…[/b]", "other_names": ["長髪"]}',
  },
  { form: 'hidden', example: 'commentary_request' },
  { form: 'deprecated', example: 'black_legwear' },
  { form: 'vocabulary', example: '1girl' },
  {
    form: 'figures',
    example:
      'Tag: 1girl (0) (cnt: 3097226)\nPrecision: 0.9703\nRecall: 0.9873\nF1: 0.9787\nTP: 22503, TN: 9287, FP: 688, FN: 290',
  },
] as const satisfies readonly { form: VocabularyForm; example: string }[];

/** The form a file most likely has, by its name. */
export function guessForm(name: string): VocabularyForm | undefined {
  const lower = name.toLowerCase();
  if (lower.includes('alias')) return 'aliases';
  if (lower.includes('implication')) return 'implications';
  if (lower.includes('wiki')) return 'wiki';
  if (lower.includes('blacklist') || lower.includes('hidden')) return 'hidden';
  if (lower.includes('deprecat')) return 'deprecated';
  if (lower.includes('metrics')) return 'figures';
  if (lower.includes('top_tags')) return 'vocabulary';
  return lower.endsWith('.csv') ? 'tags' : undefined;
}
