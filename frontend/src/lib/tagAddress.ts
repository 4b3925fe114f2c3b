/** The address of the page that says what a tag means. */
export const tagAddress = (name: string) => ({ to: '/tag', search: { name } }) as const;
