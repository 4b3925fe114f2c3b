import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications, notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { render } from '@testing-library/react';
import { makeRouter } from '@/app/router';
import { overview, person } from '@/features/review/testing';
import { makeQueryClient } from '@/lib/query';
import { overviewQuery, sessionQuery } from '@/lib/session';

/** Opens an address of the product itself, its frame and all. */
export function visit(address: string) {
  window.history.replaceState(null, '', address);
  const client = makeQueryClient();
  client.setDefaultOptions({ queries: { retry: false, staleTime: 60_000 } });
  client.setQueryData(sessionQuery.queryKey, { user: person(1) });
  client.setQueryData(overviewQuery.queryKey, overview());
  const router = makeRouter(client);
  notifications.clean();
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={client}>
        <ModalsProvider>
          <Notifications />
          <RouterProvider router={router} />
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return router;
}
