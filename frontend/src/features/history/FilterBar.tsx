import { Button, CloseButton, Group, Pill, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconTag, IconUser, IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { TagInput } from '@/components/TagInput';
import { t } from '@/lib/i18n';
import { useUser } from '@/lib/session';
import classes from './FilterBar.module.css';
import { type Filters, isAnyFilter, verdicts, ways } from './filters';

type Props = { filters: Filters; onChange: (changed: Filters) => void; onClear: () => void };

/** Which answers are shown. Each choice shows at once and is in the address. */
export function FilterBar({ filters, onChange, onClear }: Props) {
  const { tag, image, verdict, how, since, until } = filters;
  return (
    <search className={classes.bar} aria-label={t('history.filters')}>
      <div className={classes.fields}>
        <Person value={filters.user} onChange={(user) => onChange({ user })} />
        <TagInput
          size="xs"
          position="bottom"
          icon={IconTag}
          label={t('history.tag')}
          placeholder={tag ?? t('history.tagHint')}
          onTag={(chosen) => onChange({ tag: chosen })}
        />
        <Select
          size="xs"
          aria-label={t('history.verdict')}
          placeholder={t('history.verdictAny')}
          data={verdicts.map((value) => ({ value, label: t(`history.verdict_${value}`) }))}
          value={verdict ?? null}
          onChange={(value) => onChange({ verdict: verdicts.find((each) => each === value) })}
          clearable
        />
        <Select
          size="xs"
          aria-label={t('history.how')}
          placeholder={t('history.howAny')}
          data={ways.map((value) => ({ value, label: t(`history.how_${value}`) }))}
          value={how ?? null}
          onChange={(value) => onChange({ how: ways.find((each) => each === value) })}
          clearable
        />
        <Day
          label={t('history.since')}
          value={since}
          max={until}
          onChange={(day) => onChange({ since: day })}
        />
        <Day
          label={t('history.until')}
          value={until}
          min={since}
          onChange={(day) => onChange({ until: day })}
        />
      </div>
      {isAnyFilter(filters) && (
        <Group gap="xs">
          {tag !== undefined && (
            <Off label={t('history.tagOff')} onOff={() => onChange({ tag: undefined })}>
              {t('history.tagPill', { tag })}
            </Off>
          )}
          {image !== undefined && (
            <Off label={t('history.imageOff')} onOff={() => onChange({ image: undefined })}>
              {t('history.imagePill', { id: String(image) })}
            </Off>
          )}
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            leftSection={<IconX size={14} />}
            onClick={onClear}
          >
            {t('history.clear')}
          </Button>
        </Group>
      )}
    </search>
  );
}

/** A name is looked for when one stops typing. */
function Person({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange: (user: string | undefined) => void;
}) {
  const me = useUser()?.username;
  const [text, setText] = useState(value ?? '');
  useEffect(() => setText(value ?? ''), [value]);
  const settle = useDebouncedCallback((typed: string) => onChange(typed.trim() || undefined), 400);
  const mine = me !== undefined && value === me;
  return (
    <Group gap={4} wrap="nowrap" className={classes.person}>
      <TextInput
        size="xs"
        flex={1}
        aria-label={t('history.user')}
        placeholder={t('history.userHint')}
        leftSection={<IconUser size={15} />}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          settle(event.currentTarget.value);
        }}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
      />
      <Button
        size="xs"
        px={8}
        variant={mine ? 'light' : 'default'}
        aria-pressed={mine}
        onClick={() => onChange(mine ? undefined : me)}
      >
        {t('history.mine')}
      </Button>
    </Group>
  );
}

type DayProps = {
  label: string;
  value: string | undefined;
  min?: string | undefined;
  max?: string | undefined;
  onChange: (day: string | undefined) => void;
};

function Day({ label, value, min, max, onChange }: DayProps) {
  return (
    <TextInput
      type="date"
      size="xs"
      aria-label={label}
      title={label}
      leftSection={<span className={classes.day}>{label}</span>}
      leftSectionWidth={46}
      value={value ?? ''}
      min={min}
      max={max}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
    />
  );
}

function Off({ label, onOff, children }: { label: string; onOff: () => void; children: string }) {
  return (
    <Pill size="md">
      {children}
      <CloseButton size="xs" variant="transparent" aria-label={label} onClick={onOff} />
    </Pill>
  );
}
