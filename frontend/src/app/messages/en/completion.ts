export const completion = {
  means: 'means',
  deprecated: 'deprecated',
  posts: { one: '{count} post', other: '{count} posts' },
  tabTakes: 'There is no tag “{typed}”. Tab takes “{tag}”.',
} as const;
