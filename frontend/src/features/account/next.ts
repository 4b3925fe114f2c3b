/** Where to go after signing in: a page of this product, never another site. */
export function safeNext(next: string | undefined): string {
  if (!next?.startsWith('/') || /^\/[/\\]/.test(next) || next.startsWith('/sign-in')) return '/library';
  return next;
}

/** The token of a one-time link (`/sign-in#TOKEN`), taken out of the address bar so that it is not kept in the history. */
export function takeToken(): string {
  const token = window.location.hash.slice(1);
  if (token)
    window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search);
  return token;
}
