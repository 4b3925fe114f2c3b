import { Box, Button, Group, Input, Slider, Text } from '@mantine/core';
import { useId } from 'react';
import { formatPercent } from '@/lib/format';
import { t } from '@/lib/i18n';
import classes from './Threshold.module.css';
import { lineMarks, type TrialTag, usualLine } from './tags';

type Props = { tags: TrialTag[]; value: number | null; onChange: (value: number | null) => void };

/** From which probability on tags are shown. Untouched, every tag is shown from its own line on; those are the marks. */
export function Threshold({ tags, value, onChange }: Props) {
  const id = useId();
  const usual = Math.round(100 * usualLine(tags));
  const said =
    value === null ? t('tryIt.ownLines') : t('tryIt.thresholdNow', { percent: formatPercent(value) });
  const marks = lineMarks(tags).map((line) => ({
    value: line,
    label: line === usual ? t('tryIt.usualLine', { percent: formatPercent(line / 100) }) : undefined,
  }));
  return (
    <Box pb={14}>
      <Group justify="space-between" gap="xs" mb={8} mih={26}>
        <Input.Label labelElement="div" id={id}>
          {t('tryIt.threshold')}
        </Input.Label>
        {value === null ? (
          <Text size="xs" c="dimmed">
            {said}
          </Text>
        ) : (
          <Button size="compact-xs" variant="subtle" onClick={() => onChange(null)}>
            {t('tryIt.backToLines')}
          </Button>
        )}
      </Group>
      <Slider
        min={0}
        max={100}
        value={value === null ? usual : Math.round(100 * value)}
        onChange={(percent) => onChange(percent / 100)}
        label={(percent) => formatPercent(percent / 100)}
        marks={marks}
        inverted
        color={value === null ? 'gray' : undefined}
        thumbProps={{ 'aria-labelledby': id }}
        thumbValueText={said}
        mx={6}
        classNames={{ mark: classes.mark }}
      />
    </Box>
  );
}
