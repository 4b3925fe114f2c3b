import { ActionIcon, Anchor, Popover, ScrollArea, Skeleton, Stack, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconHelpCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { ErrorState } from '@/components/ErrorState';
import { t } from '@/lib/i18n';
import { termsQuery } from './api';
import classes from './Search.module.css';

/** All that can be written into the search box; an example goes into it by a click. */
export function SearchHelp({ onExample }: { onExample: (example: string) => void }) {
  const [opened, { toggle, close }] = useDisclosure(false);
  return (
    <Popover
      opened={opened}
      onChange={(open) => !open && close()}
      position="bottom-end"
      width="min(40rem, calc(100vw - 24px))"
      shadow="md"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Tooltip label={t('search.help')}>
          <ActionIcon variant="default" size={36} aria-label={t('search.help')} onClick={toggle}>
            <IconHelpCircle size={19} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('search.help')}>
        <Stack gap="xs">
          <Text size="sm" c="dimmed">
            {t('search.helpText')}
          </Text>
          <ScrollArea.Autosize mah="55vh" type="auto" offsetScrollbars="present">
            <Terms
              onExample={(example) => {
                close();
                onExample(example);
              }}
            />
          </ScrollArea.Autosize>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function Terms({ onExample }: { onExample: (example: string) => void }) {
  const terms = useQuery(termsQuery);
  if (terms.isPending) return <Skeleton h={240} />;
  if (terms.isError) return <ErrorState problem={terms.error} onRetry={() => void terms.refetch()} />;
  return (
    <dl className={classes.terms}>
      {terms.data.map(({ term, example, meaning }) => (
        <div key={term} style={{ display: 'contents' }}>
          <dt>
            <Anchor
              component="button"
              type="button"
              size="sm"
              ta="left"
              c="var(--mantine-primary-color-light-color)"
              className={classes.query}
              aria-label={t('search.useExample', { example })}
              onClick={() => onExample(example)}
            >
              {example}
            </Anchor>
          </dt>
          <Text component="dd" size="sm">
            {meaning}
          </Text>
        </div>
      ))}
    </dl>
  );
}
