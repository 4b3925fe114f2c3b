import { useLocalStorage } from '@mantine/hooks';
import { useUser } from '@/lib/session';

const most = 10;

/** The last searches of this person on this machine, newest first. */
export function useRecent(): [recent: readonly string[], remember: (query: string) => void] {
  const user = useUser()?.id ?? 0;
  const [stored, setRecent] = useLocalStorage<string[]>({
    key: `labelhub.searches.user.${user}`,
    defaultValue: [],
  });
  // Somebody else's page may have left anything there.
  const recent = Array.isArray(stored) ? stored.filter((query) => typeof query === 'string') : [];
  const remember = (query: string) =>
    setRecent([query, ...recent.filter((each) => each !== query)].slice(0, most));
  return [recent, remember];
}
