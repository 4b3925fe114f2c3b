/** The colour of a tagger's state, wherever it is shown. */
export const taggerColors = {
  fetching: 'gray',
  registering: 'accent',
  refused: 'red',
  candidate: 'accent',
  warming: 'accent',
  serving: 'teal',
  retired: 'gray',
} as const;
