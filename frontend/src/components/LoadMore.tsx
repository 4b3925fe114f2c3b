import { Button, Center } from '@mantine/core';
import { t } from '@/lib/i18n';

type Props = { query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown } };

/** The button below a list that has another page. */
export function LoadMore({ query }: Props) {
  if (!query.hasNextPage) return null;
  return (
    <Center mt="md">
      <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {t('app.loadMore')}
      </Button>
    </Center>
  );
}
