import { TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type ComponentType, type KeyboardEvent, useRef, useState } from 'react';
import type { CompletedTag } from '@/client';
import { Completions } from '@/components/Completions';
import { Kbd } from '@/components/Kbd';
import { TagOption } from '@/components/TagOption';
import { useCompletions } from '@/components/useCompletions';
import { messageOf } from '@/lib/api';
import { t } from '@/lib/i18n';
import { shortcut } from '@/lib/shortcuts';
import { canonical, exactly, useCompletedTags } from '@/lib/tags';

type Props = {
  onTag: (tag: string) => void;
  size?: 'xs' | 'sm';
  position?: 'top' | 'bottom';
  label?: string;
  placeholder?: string;
  icon?: ComponentType<{ size?: number }>;
  /** The key that leads here; null for none. */
  keys?: string | null;
  /** Takes a name the vocabulary does not have, as it was typed. */
  free?: boolean;
};

/**
 * Typing finds a tag of the vocabulary. Enter takes the tag that is marked, else the one that was typed, and never one that
 * was merely suggested; Tab completes what was typed.
 */
export function TagInput({
  onTag,
  size = 'sm',
  position = 'top',
  label = t('review.addTag'),
  placeholder = t('review.addTagHint'),
  icon: Icon = IconPlus,
  keys = '/',
  free = false,
}: Props) {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [refused, setRefused] = useState<string | null>(null);
  const typed = text.trim();
  const found = useCompletedTags(typed);
  const { tags, settled, problem } = found;
  const list = useCompletions({
    typed,
    // What is there in full needs no completing: then Tab goes on to the next field.
    count: tags.length === 1 && tags[0]?.name === typed ? 0 : tags.length,
    settled,
    onPick: (index) => add(tags[index]?.name),
    onComplete: (index) => complete(tags[index]),
    onCompleteEarly:
      typed === ''
        ? undefined
        : () => void found.fetch().then(([first]) => field.current?.value === text && complete(first)),
  });
  const nothing = settled && problem === null && tags.length === 0 && !free;

  function leave(): void {
    setText('');
    setRefused(null);
    list.close();
    field.current?.blur();
  }

  function add(tag: string | undefined): void {
    if (tag === undefined) return;
    onTag(tag);
    leave();
  }

  function complete(tag: CompletedTag | undefined): void {
    if (!tag) return;
    setText(tag.name);
    list.close();
  }

  async function addTyped(): Promise<void> {
    const meant = exactly(settled && problem === null ? tags : await found.fetch(), typed);
    if (field.current?.value !== text) return;
    if (meant || free) add(meant?.name ?? canonical(typed));
    else setRefused(typed);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (list.onKeyDown(event)) return;
    if (event.key === 'Escape') leave();
    if (event.key === 'Enter' && typed !== '' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      void addTyped();
    }
  }

  const first = tags[0]?.name;
  const hint = first !== undefined && refused === typed && t('completion.tabTakes', { typed, tag: first });
  return (
    <Completions
      list={list}
      label={label}
      position={position === 'top' ? 'top-start' : 'bottom-start'}
      options={tags.map((tag) => ({ key: `${tag.alias} ${tag.name}`, content: <TagOption tag={tag} /> }))}
    >
      <TextInput
        ref={field}
        size={size}
        aria-label={label}
        placeholder={placeholder}
        leftSection={<Icon size={16} />}
        rightSection={keys !== null && <Kbd keys={keys} />}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          list.open();
        }}
        onFocus={list.open}
        onBlur={list.close}
        onKeyDown={onKeyDown}
        error={problem !== null ? messageOf(problem) : nothing ? t('review.addTagNothing') : hint}
        {...list.aria}
        {...(keys === null ? {} : shortcut(keys, label))}
      />
    </Completions>
  );
}
