/** The kinds of files about the vocabulary, each with a line as it may stand in one. */
import type { VocabularyForm } from '@/client';

export const forms = [
  { form: 'tags', example: 'long_hair,0,4350743,"/lh,longhair,very_long"' },
  {
    form: 'aliases',
    example: '{"antecedent_name": "longhair", "consequent_name": "long_hair", "status": "active"}',
  },
  {
    form: 'implications',
    example: '{"antecedent_name": "very_long_hair", "consequent_name": "long_hair", "status": "active"}',
  },
  { form: 'wiki', example: '{"title": "long_hair", "body": "Hair that…", "other_names": ["長髪"]}' },
  { form: 'hidden', example: 'commentary_request' },
  { form: 'deprecated', example: 'black_legwear' },
  { form: 'vocabulary', example: '1girl' },
  { form: 'figures', example: '1girl: 0.9731 (precision 0.9712, recall 0.9750)' },
] as const satisfies readonly { form: VocabularyForm; example: string }[];
