import { Badge, Button, Group, ScrollArea, Stack, Text } from '@mantine/core';
import type { ImageDetail, Verdict } from '@/client';
import { formatAgo, formatDate } from '@/lib/format';
import { t } from '@/lib/i18n';
import { Section } from './Section';
import type { Answering } from './useAnswering';

const colors: Record<Verdict, string> = { yes: 'teal', no: 'red', unsure: 'gray' };

type Props = Pick<ImageDetail, 'answers'> & { answering: Answering; mayAnswer: boolean };

/** Who answered what, newest first. Answers are never edited, only taken back. */
export function Answers({ answers, answering, mayAnswer }: Props) {
  return (
    <Section title={t('image.answers')}>
      {answers.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('image.answersNone')}
        </Text>
      )}
      <ScrollArea.Autosize mah={260} type="auto" offsetScrollbars="present" scrollbarSize={8}>
        <Stack gap={8}>
          {answers.map(({ id, tag, verdict, by, at, retracted }) => {
            const said = t(`image.verdict_${verdict}`);
            return (
              <Group key={id} gap="xs" wrap="nowrap" justify="space-between" opacity={retracted ? 0.6 : 1}>
                <Stack gap={0} miw={0}>
                  <Group gap={6} wrap="nowrap">
                    <Badge color={colors[verdict]} size="sm" style={{ flex: 'none' }}>
                      {said}
                    </Badge>
                    <Text size="sm" truncate td={retracted ? 'line-through' : undefined} title={tag}>
                      {tag}
                    </Text>
                  </Group>
                  <Text size="xs" c="dimmed" title={formatDate(at)}>
                    {t('image.answerBy', { by, ago: formatAgo(at) })}
                    {retracted && ` · ${t('image.retracted')}`}
                  </Text>
                </Stack>
                {mayAnswer && !retracted && (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    color="gray"
                    aria-label={t('image.undoAnswer', { verdict: said, tag })}
                    onClick={() => answering.undo(id)}
                    style={{ flex: 'none' }}
                  >
                    {t('image.undo')}
                  </Button>
                )}
              </Group>
            );
          })}
        </Stack>
      </ScrollArea.Autosize>
    </Section>
  );
}
