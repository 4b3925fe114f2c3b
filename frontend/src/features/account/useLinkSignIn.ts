import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { sessionQuery } from '@/lib/session';
import { signInByLink } from './api';
import { takeToken } from './next';

export type LinkSignIn = { state: 'none' | 'working' | 'failed'; problem: unknown };

/** Signs in with the token in the address, if there is one; the token is spent once, however often the page renders. */
export function useLinkSignIn(onDone: () => void): LinkSignIn {
  const client = useQueryClient();
  const [link, setLink] = useState<LinkSignIn>({
    state: window.location.hash.length > 1 ? 'working' : 'none',
    problem: null,
  });
  const done = useRef(onDone);
  done.current = onDone;

  useEffect(() => {
    async function spend(): Promise<void> {
      const token = takeToken();
      if (!token) return;
      setLink({ state: 'working', problem: null });
      try {
        const session = await signInByLink(decodeURIComponent(token));
        client.setQueryData(sessionQuery.queryKey, session);
        done.current();
      } catch (problem) {
        setLink({ state: 'failed', problem });
      }
    }
    void spend();
    window.addEventListener('hashchange', spend);
    return () => window.removeEventListener('hashchange', spend);
  }, [client]);

  return link;
}
