import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications, notifications } from '@mantine/notifications';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import type { Action } from '@/client';
import { makeQueryClient } from '@/lib/query';
import { sessionQuery } from '@/lib/session';

/**
 * Opens a page as somebody who may do `actions`, with dialogs, notifications and links, but without the frame. `search` is
 * the search part of its address.
 */
export function openPage(page: () => ReactNode, actions: Action[], search = ''): QueryClient {
  const client = makeQueryClient();
  client.setDefaultOptions({ queries: { retry: false, staleTime: 60_000 } });
  const user = { id: 1, username: 'somebody', role: 'annotator', actions, has_password: true } as const;
  client.setQueryData(sessionQuery.queryKey, { user: { ...user, actions } });
  const root = createRootRoute();
  const route = createRoute({ getParentRoute: () => root, path: '/', component: page });
  const rest = createRoute({ getParentRoute: () => root, path: '$', component: () => null });
  const history = createMemoryHistory({ initialEntries: [`/${search}`] });
  const router = createRouter({ routeTree: root.addChildren([route, rest]), history });
  notifications.clean();
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={client}>
        <ModalsProvider>
          <Notifications />
          {/* biome-ignore lint/suspicious/noExplicitAny: a small router of its own, not the product's */}
          <RouterProvider router={router as any} />
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return client;
}
