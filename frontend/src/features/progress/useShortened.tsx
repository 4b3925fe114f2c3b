import { Button, Center } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { t } from '@/lib/i18n';

const SHORT = 12;

/** The first rows of a long list, and the button that shows the others. */
export function useShortened<T>(rows: T[]): { shown: T[]; more: ReactNode } {
  const [all, setAll] = useState(false);
  if (all || rows.length <= SHORT) return { shown: rows, more: null };
  const more = (
    <Center>
      <Button size="xs" variant="default" onClick={() => setAll(true)}>
        {t('progress.showAll', { count: rows.length })}
      </Button>
    </Center>
  );
  return { shown: rows.slice(0, SHORT), more };
}
