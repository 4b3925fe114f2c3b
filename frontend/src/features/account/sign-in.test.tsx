import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { StrictMode } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeQueryClient } from '@/lib/query';
import { safeNext } from './next';
import { SignInPage } from './SignInPage';

const alice = { id: 1, username: 'alice', role: 'admin', actions: [], has_password: true };
type Reply = { status: number; body: unknown };
let replies: Record<string, Reply>;
let sent: { path: string; method: string; body: unknown }[];

async function answer(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const request =
    input instanceof Request ? input : new Request(new URL(String(input), 'http://hub.test'), init);
  const { pathname } = new URL(request.url);
  const text = await request.text();
  sent.push({ path: pathname, method: request.method, body: text ? JSON.parse(text) : null });
  const reply = replies[`${request.method} ${pathname}`];
  if (!reply) return new Response('', { status: 404 });
  return new Response(JSON.stringify(reply.body), {
    status: reply.status,
    headers: { 'Content-Type': 'application/json' },
  });
}

function open(address: string) {
  window.history.replaceState(null, '', address);
  const root = createRootRoute();
  const signIn = createRoute({
    getParentRoute: () => root,
    path: '/sign-in',
    validateSearch: (search: Record<string, unknown>) => search as { next?: string },
    component: SignInPage,
  });
  const rest = createRoute({ getParentRoute: () => root, path: '$', component: () => null });
  const history = createMemoryHistory({ initialEntries: [address] });
  const router = createRouter({ routeTree: root.addChildren([signIn, rest]), history });
  const client = makeQueryClient();
  client.setDefaultOptions({ queries: { retry: false } });
  render(
    <StrictMode>
      <MantineProvider env="test">
        <QueryClientProvider client={client}>
          {/* biome-ignore lint/suspicious/noExplicitAny: a small router of its own, not the product's */}
          <RouterProvider router={router as any} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
  return router;
}

beforeEach(() => {
  sent = [];
  replies = { 'GET /api/session': { status: 200, body: { user: null } } };
  vi.stubGlobal('fetch', vi.fn(answer));
});
afterEach(() => {
  vi.unstubAllGlobals();
  window.history.replaceState(null, '', '/');
});

describe('a one-time link', () => {
  it('signs in, goes on to the page that was wanted, and leaves no token in the address', async () => {
    replies['POST /api/session/link'] = { status: 200, body: { user: alice } };
    const router = open('/sign-in?next=%2Freview#tok-1');
    await waitFor(() => expect(router.state.location.pathname).toBe('/review'));
    const links = sent.filter(({ path }) => path === '/api/session/link');
    expect(links).toEqual([{ path: '/api/session/link', method: 'POST', body: { token: 'tok-1' } }]);
    expect(window.location.hash).toBe('');
  });

  it('that was used before says so and offers the password', async () => {
    replies['POST /api/session/link'] = {
      status: 400,
      body: { code: 'link_spent', message: 'This link was used already.' },
    };
    open('/sign-in#tok-1');
    expect(await screen.findByText('This link was used already.')).toBeVisible();
    expect(screen.getByLabelText('Password')).toBeVisible();
    expect(window.location.hash).toBe('');
  });
});

describe('signing in with a password', () => {
  it('goes on to the library', async () => {
    replies['POST /api/session'] = { status: 200, body: { user: alice } };
    const router = open('/sign-in');
    await userEvent.type(await screen.findByLabelText('User name'), 'alice');
    await userEvent.type(screen.getByLabelText('Password'), 'correct horse');
    await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    await waitFor(() => expect(router.state.location.pathname).toBe('/library'));
    expect(sent.at(-1)?.body).toEqual({ username: 'alice', password: 'correct horse' });
  });

  it('shows the sentence of the server when it is wrong, and keeps what was typed', async () => {
    replies['POST /api/session'] = { status: 401, body: { code: 'wrong', message: 'That is not right.' } };
    open('/sign-in');
    await userEvent.type(await screen.findByLabelText('User name'), 'alice');
    await userEvent.type(screen.getByLabelText('Password'), 'x');
    await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(await screen.findByText('That is not right.')).toBeVisible();
    expect(screen.getByLabelText('User name')).toHaveValue('alice');
  });
});

describe('the page to go on to', () => {
  it.each([
    [undefined, '/library'],
    ['/images/7?x=1', '/images/7?x=1'],
    ['//elsewhere.test', '/library'],
    ['/\\elsewhere.test', '/library'],
    ['javascript:alert(1)', '/library'],
    ['/sign-in?next=/sign-in', '/library'],
  ])('after %s is %s', (next, expected) => {
    expect(safeNext(next)).toBe(expected);
  });
});
