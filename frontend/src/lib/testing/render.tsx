import { MantineProvider } from '@mantine/core';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type RenderResult, render } from '@testing-library/react';
import type { ReactElement } from 'react';
import { makeQueryClient } from '@/lib/query';

/** Renders an element inside the providers that every page has. */
export function renderInApp(element: ReactElement): RenderResult & { client: QueryClient } {
  const client = makeQueryClient();
  client.setDefaultOptions({ queries: { retry: false } });
  const result = render(
    <MantineProvider env="test">
      <QueryClientProvider client={client}>{element}</QueryClientProvider>
    </MantineProvider>,
  );
  return { ...result, client };
}
