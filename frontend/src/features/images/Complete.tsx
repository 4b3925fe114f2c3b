import { Button, Group, Stack, Switch, Text } from '@mantine/core';
import type { CompletionRow, ImageDetail } from '@/client';
import { formatAgo, formatDate } from '@/lib/format';
import { t } from '@/lib/i18n';
import { useCan } from '@/lib/session';
import { shortcut } from '@/lib/shortcuts';
import classes from './Labels.module.css';
import type { Answering } from './useAnswering';

type Props = { image: ImageDetail; answering: Answering; mayAnswer: boolean };

/** Whether all the image's tags are listed, which makes every other tag a "no"; and who said so. */
export function Complete({ image: { completions }, answering, mayAnswer }: Props) {
  const mayCurate = useCan('label.curate');
  const mine = completions.some((each) => each.mine);
  const on = completions.length > 0;
  const label = t('image.complete');
  return (
    <div className={classes.complete} data-on={on || undefined}>
      <Stack gap={4}>
        <Switch
          size="sm"
          label={label}
          description={t('image.completeText')}
          checked={mayAnswer ? mine : on}
          disabled={!mayAnswer}
          onChange={(event) => answering.complete(event.currentTarget.checked)}
          {...shortcut('c', label)}
        />
        {completions.map((each) => (
          <Said key={`${each.by} ${each.at}`} completion={each} />
        ))}
        {on && !mine && mayCurate && (
          <Group>
            <Button size="compact-xs" variant="subtle" color="gray" onClick={() => answering.complete(false)}>
              {t('image.completeTakeBack')}
            </Button>
          </Group>
        )}
      </Stack>
    </div>
  );
}

function Said({ completion: { by, at, mine } }: { completion: CompletionRow }) {
  return (
    <Text size="xs" c="dimmed" title={formatDate(at)} style={{ overflowWrap: 'anywhere' }}>
      {t('image.completeBy', { by: mine ? t('image.you') : by, ago: formatAgo(at) })}
    </Text>
  );
}
