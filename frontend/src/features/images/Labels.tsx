import {
  Button,
  CloseButton,
  Group,
  ScrollArea,
  Stack,
  Text,
  TextInput,
  UnstyledButton,
} from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useDeferredValue, useState } from 'react';
import type { ImageDetail, LabelRow } from '@/client';
import { TagInput } from '@/components/TagInput';
import { formatNumber } from '@/lib/format';
import { hasMessage, t } from '@/lib/i18n';
import classes from './Labels.module.css';
import { Section } from './Section';
import type { Answering } from './useAnswering';
import { YesNo } from './YesNo';

const groups = ['positive', 'conflicting', 'negative'] as const;
const manyLabels = 15;
const shownAtFirst = 200;

type Props = { image: ImageDetail; answering: Answering; mayAnswer: boolean };

/** What is known, by state. A click on a tag opens it for an answer; with many tags there is a filter. */
export function Labels({ image, answering, mayAnswer }: Props) {
  const [text, setText] = useState('');
  const [selected, setSelected] = useState<string | null>(null);
  const wanted = useDeferredValue(text.trim().toLowerCase());
  const labels = wanted ? image.labels.filter(({ tag }) => tag.includes(wanted)) : image.labels;
  const opened = image.labels.find(({ tag }) => tag === selected);
  return (
    <Section title={t('image.labels')}>
      {image.labels.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('image.labelsNone')}
        </Text>
      )}
      {image.labels.length > manyLabels && (
        <TextInput
          size="xs"
          aria-label={t('image.filter')}
          placeholder={t('image.filter')}
          leftSection={<IconSearch size={15} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
      {labels.length === 0 && wanted && (
        <Text size="sm" c="dimmed">
          {t('image.filterNothing', { text: wanted })}
        </Text>
      )}
      <ScrollArea.Autosize mah={260} type="auto" offsetScrollbars="present" scrollbarSize={8}>
        <Stack gap="sm">
          {groups.map((state) => (
            <LabelGroup
              key={state}
              state={state}
              labels={labels.filter((label) => label.state === state)}
              selected={selected}
              onSelect={setSelected}
            />
          ))}
        </Stack>
      </ScrollArea.Autosize>
      {opened && mayAnswer && (
        <Group justify="space-between" wrap="nowrap" className={classes.opened}>
          <Text size="sm" fw={500} className={classes.name}>
            {opened.tag}
            <Text span size="xs" c="dimmed" ml={6}>
              {sourceName(opened.source)}
            </Text>
          </Text>
          <Group gap={4} wrap="nowrap">
            <YesNo
              tag={opened.tag}
              state={opened.state}
              onAnswer={(verdict) => answering.answer(opened.tag, verdict)}
            />
            <CloseButton aria-label={t('app.close')} onClick={() => setSelected(null)} />
          </Group>
        </Group>
      )}
      {mayAnswer && <TagInput size="xs" position="bottom" onTag={(tag) => answering.answer(tag, 'yes')} />}
    </Section>
  );
}

function sourceName(source: string): string {
  const key = `image.source_${source}`;
  return hasMessage(key) ? t(key as 'image.source_answered') : source;
}

type GroupProps = {
  state: (typeof groups)[number];
  labels: LabelRow[];
  selected: string | null;
  onSelect: (tag: string) => void;
};

function LabelGroup({ state, labels, selected, onSelect }: GroupProps) {
  const [all, setAll] = useState(false);
  if (labels.length === 0) return null;
  const shown = all ? labels : labels.slice(0, shownAtFirst);
  return (
    <Stack gap={6}>
      <Text size="xs" fw={600} c="dimmed">
        {t(`image.${state}`)} <span className="tabular">{formatNumber(labels.length)}</span>
      </Text>
      <ul className={classes.chips}>
        {shown.map(({ tag, source }) => (
          <li key={tag}>
            <UnstyledButton
              className={classes.chip}
              data-state={state}
              data-selected={tag === selected || undefined}
              title={t('image.labelHint', { tag, source: sourceName(source) })}
              onClick={() => onSelect(tag)}
            >
              {tag}
            </UnstyledButton>
          </li>
        ))}
      </ul>
      {shown.length < labels.length && (
        <Button size="compact-xs" variant="subtle" onClick={() => setAll(true)}>
          {t('image.showAll', { count: labels.length })}
        </Button>
      )}
    </Stack>
  );
}
