export const taggers = {
  title: 'Taggers',
} as const;
