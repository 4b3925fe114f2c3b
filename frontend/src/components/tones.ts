/** Colours of text that says something went wrong, or is to be taken with care; readable on light and dark. */
export const failedTone = 'light-dark(var(--mantine-color-red-8), var(--mantine-color-red-4))';
export const cautionTone = 'light-dark(var(--mantine-color-orange-9), var(--mantine-color-orange-4))';
export const betterTone = 'light-dark(var(--mantine-color-teal-9), var(--mantine-color-teal-4))';
