import { TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type KeyboardEvent, type SyntheticEvent, useLayoutEffect, useRef, useState } from 'react';
import type { CompletedTag, LabelRow } from '@/client';
import { Completions } from '@/components/Completions';
import { Kbd } from '@/components/Kbd';
import { TagOption } from '@/components/TagOption';
import { useCompletions } from '@/components/useCompletions';
import { t } from '@/lib/i18n';
import { shortcut } from '@/lib/shortcuts';
import { canonical, completionQuery, exactly, useCompletedTags } from '@/lib/tags';
import { type Change, wordAt, wordsOf } from './tags';

type Props = { labels: readonly LabelRow[]; onChanges: (changes: Change[]) => void };

/**
 * Several tags at once, with spaces between them; a minus before a name takes the tag away. The list completes the word at the
 * caret. Enter sends what is typed; names that nothing is called stay in the field.
 */
export function EditTags({ labels, onChanges }: Props) {
  const client = useQueryClient();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [caret, setCaret] = useState(0);
  const [unknown, setUnknown] = useState<string[]>([]);
  const wanted = useRef<number | null>(null); // where the caret belongs after a completion
  const { word, from, to } = wordAt(text, caret);
  const minus = word.startsWith('-') ? '-' : '';
  const typed = word.slice(minus.length);
  const { tags, settled, fetch } = useCompletedTags(typed);
  const list = useCompletions({
    typed,
    // What is there in full needs no completing: then Tab goes on to the next field.
    count: tags.length === 1 && tags[0]?.name === typed ? 0 : tags.length,
    settled,
    onPick: (index) => complete(tags[index]),
    onComplete: (index) => complete(tags[index]),
    onCompleteEarly: () => void fetch().then(([first]) => field.current?.value === text && complete(first)),
  });

  useLayoutEffect(() => {
    const place = wanted.current;
    if (place === null) return;
    wanted.current = null;
    field.current?.setSelectionRange(place, place);
  });

  function complete(tag: CompletedTag | undefined): void {
    if (!tag) return;
    const before = `${text.slice(0, from)}${minus}${tag.name} `;
    wanted.current = before.length;
    setText(before + text.slice(to).trimStart());
    setCaret(before.length);
    list.close();
  }

  async function send(): Promise<void> {
    const words = wordsOf(text);
    const meant = await Promise.all(words.map(meaning));
    if (field.current?.value !== text) return;
    const strange = words.filter((_, index) => meant[index] === null);
    setUnknown(strange);
    setText(strange.join(' '));
    setCaret(strange.join(' ').length);
    list.close();
    const changes = meant.filter((change) => change !== null);
    if (changes.length > 0) onChanges(changes);
    if (strange.length === 0) field.current?.blur();
  }

  /** A name may itself begin with a minus: what is called so in full is meant first. */
  async function meaning(each: string): Promise<Change | null> {
    const found = await named(each);
    if (found) return { tag: found, verdict: 'yes' };
    if (!each.startsWith('-')) return null;
    const without = await named(each.slice(1));
    return without ? { tag: without, verdict: 'no' } : null;
  }

  async function named(name: string): Promise<string | null> {
    if (labels.some(({ tag }) => tag === name)) return name;
    try {
      return exactly(await client.fetchQuery(completionQuery(name)), name)?.name ?? null;
    } catch {
      // What cannot be looked up now, the server judges when it is sent.
      return name.startsWith('-') ? null : canonical(name);
    }
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (list.onKeyDown(event)) return;
    if (event.key === 'Escape') field.current?.blur();
    if (event.key === 'Enter' && text.trim() !== '' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      void send();
    }
  }

  const follow = (event: SyntheticEvent<HTMLInputElement>) =>
    setCaret(event.currentTarget.selectionStart ?? event.currentTarget.value.length);
  const label = t('image.editTags');
  return (
    <Completions
      list={list}
      label={label}
      position="bottom-start"
      options={tags.map((tag) => ({ key: `${tag.alias} ${tag.name}`, content: <TagOption tag={tag} /> }))}
    >
      <TextInput
        ref={field}
        size="xs"
        aria-label={label}
        placeholder={t('image.editTagsHint')}
        leftSection={<IconPlus size={16} />}
        rightSection={<Kbd keys="e" />}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          follow(event);
          setUnknown([]);
          list.open();
        }}
        onSelect={follow}
        onFocus={list.open}
        onBlur={list.close}
        onKeyDown={onKeyDown}
        error={
          unknown.length > 0 && t('image.unknownTags', { count: unknown.length, tags: unknown.join(', ') })
        }
        {...list.aria}
        {...shortcut('e,/', label)}
      />
    </Completions>
  );
}
