/** The cache of everything the server told us. Server state lives here and nowhere else. */
import { QueryClient } from '@tanstack/react-query';
import { ApiError } from '@/lib/api';

/** Retrying helps against lost networks and busy servers; a request the server understood and refused stays refused. */
export function shouldRetry(failures: number, problem: unknown): boolean {
  if (problem instanceof ApiError && !problem.isNetwork && problem.status < 500) return false;
  return failures < 2;
}

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // "always": the server may be on this very machine, which says that it is offline when it has no network.
      queries: { retry: shouldRetry, staleTime: 10_000, refetchOnWindowFocus: true, networkMode: 'always' },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}
