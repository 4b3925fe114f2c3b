import { SegmentedControl, Select, Stack, Switch, TextInput } from '@mantine/core';
import type { TagPage } from '@/client';
import { categories } from '@/components/categories';
import { t } from '@/lib/i18n';
import type { Draft, Kind } from './kinds';
import { PickTags } from './PickTags';

/** Of very many names only these are listed at once; typing finds the others. */
const listed = 50;

type Props = { kind: Kind; tag: TagPage; draft: Draft; onChange: (change: Partial<Draft>) => void };

/** What a change of this kind has to be told. */
export function Fields({ kind, tag, draft, onChange }: Props) {
  switch (kind) {
    case 'rename':
      return <Typed label={t('tags.newName')} draft={draft} onChange={onChange} />;
    case 'alias':
      return <Typed label={t('tags.newAlias')} draft={draft} onChange={onChange} />;
    case 'unalias':
      return <One label={t('tags.whichAlias')} names={tag.aliases} draft={draft} onChange={onChange} />;
    case 'unimply': {
      const names = tag.implies.map(({ name }) => name);
      return <One label={t('tags.whichImplied')} names={names} draft={draft} onChange={onChange} />;
    }
    case 'imply':
      return <Picked label={t('tags.implied')} most={1} draft={draft} onChange={onChange} />;
    case 'merge':
      return <Picked label={t('tags.mergeInto')} most={1} draft={draft} onChange={onChange} />;
    case 'split':
      return <Picked label={t('tags.splitInto')} most={20} draft={draft} onChange={onChange} />;
    case 'categorise':
      return (
        <SegmentedControl
          aria-label={t('tags.category')}
          orientation="vertical"
          data={categories.map((value) => ({ value, label: t(`tags.category_${value}`) }))}
          value={draft.category}
          onChange={(value) => onChange({ category: categories.find((known) => known === value) })}
        />
      );
    case 'flags':
      return (
        <Stack gap="sm">
          <Switch
            label={t('tags.mark_hidden')}
            description={t('tags.mark_hiddenHint')}
            checked={draft.hidden}
            onChange={(event) => onChange({ hidden: event.currentTarget.checked })}
          />
          <Switch
            label={t('tags.mark_subjective')}
            description={t('tags.mark_subjectiveHint')}
            checked={draft.subjective}
            onChange={(event) => onChange({ subjective: event.currentTarget.checked })}
          />
        </Stack>
      );
    case 'deprecate':
    case 'revive':
      return null;
  }
}

type FieldProps = Pick<Props, 'draft' | 'onChange'> & { label: string };

function Typed({ label, draft, onChange }: FieldProps) {
  return (
    <TextInput
      label={label}
      description={t('tags.nameHint')}
      value={draft.typed}
      onChange={(event) => onChange({ typed: event.currentTarget.value })}
      maxLength={170}
      autoCapitalize="off"
      autoComplete="off"
      spellCheck={false}
      data-autofocus
    />
  );
}

function One({ label, names, draft, onChange }: FieldProps & { names: string[] }) {
  return (
    <Select
      label={label}
      data={names}
      value={draft.chosen[0] ?? null}
      onChange={(name) => onChange({ chosen: name === null ? [] : [name] })}
      searchable
      limit={listed}
      nothingFoundMessage={t('tags.nothingTitle')}
      data-autofocus
    />
  );
}

function Picked({ label, most, draft, onChange }: FieldProps & { most: number }) {
  return (
    <PickTags label={label} most={most} value={draft.chosen} onChange={(chosen) => onChange({ chosen })} />
  );
}
