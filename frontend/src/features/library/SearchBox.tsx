import { CloseButton, Group, Loader, Text, TextInput } from '@mantine/core';
import { IconHistory, IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, type RefObject, useLayoutEffect, useRef, useState } from 'react';
import { Completions } from '@/components/Completions';
import { Kbd } from '@/components/Kbd';
import { TagOption } from '@/components/TagOption';
import { useCompletions } from '@/components/useCompletions';
import { t } from '@/lib/i18n';
import { withWord } from '@/lib/queryWords';
import { shortcut } from '@/lib/shortcuts';
import classes from './Search.module.css';
import { type SearchOption, useSearchOptions } from './useSearchOptions';

type Props = {
  text: string;
  onText: (text: string) => void;
  onSearch: (q: string) => void;
  /** Leaving without a search: the box shows again what is searched for. */
  onLeave: () => void;
  recent: readonly string[];
  looking: boolean;
  /** What is wrong with the query. */
  problem: ReactNode;
  field: RefObject<HTMLInputElement | null>;
};

/** One line for a query, which completes the word at the caret. Enter searches. */
export function SearchBox({ text, onText, onSearch, onLeave, recent, looking, problem, field }: Props) {
  const [caret, setCaret] = useState(text.length);
  const jump = useRef<number>(undefined);
  const search = useSearchOptions(text, Math.min(caret, text.length), recent);
  const { options, word } = search;
  const list = useCompletions({
    typed: word.text,
    count: options.length,
    // A search made before is not what Tab completes.
    settled: search.settled && options[0]?.kind !== 'recent',
    onPick: (index) => take(options[index]),
    onComplete: (index) => take(options[index]),
    onCompleteEarly:
      word.text === ''
        ? undefined
        : () => void search.fetchFirst().then((first) => field.current?.value === text && take(first)),
  });

  // The caret goes where the word that was put in ends.
  useLayoutEffect(() => {
    if (jump.current === undefined) return;
    field.current?.setSelectionRange(jump.current, jump.current);
    setCaret(jump.current);
    jump.current = undefined;
  });

  function take(option: SearchOption | undefined): void {
    if (!option) return;
    if (option.kind === 'recent') {
      run(option.query);
      return;
    }
    const { text: by, goesOn } = search.inserted(option);
    const [query, behind] = withWord(text, word, by, goesOn);
    jump.current = behind;
    onText(query);
    if (!goesOn) list.close();
  }

  function run(query: string): void {
    list.close();
    field.current?.blur();
    onSearch(query);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (list.onKeyDown(event)) return;
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      run(text);
    } else if (event.key === 'Escape') {
      onLeave();
      field.current?.blur();
    } else if (['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) list.close();
  }

  return (
    <Completions
      list={list}
      label={t('search.completions')}
      width="target"
      options={options.map((option) => ({ key: keyOf(option), content: <Option option={option} /> }))}
    >
      <TextInput
        ref={field}
        className={classes.box}
        classNames={{ input: classes.input }}
        aria-label={t('search.box')}
        error={problem}
        errorProps={{ component: 'div' }}
        placeholder={t('search.hint')}
        leftSection={looking ? <Loader size={16} /> : <IconSearch size={17} aria-hidden="true" />}
        rightSection={
          text === '' ? (
            <Kbd keys="q" />
          ) : (
            <CloseButton
              size="sm"
              aria-label={t('library.showAll')}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => run('')}
            />
          )
        }
        value={text}
        maxLength={4000}
        enterKeyHint="search"
        onChange={(event) => {
          setCaret(event.currentTarget.selectionStart ?? event.currentTarget.value.length);
          onText(event.currentTarget.value);
          list.open();
        }}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
        onFocus={() => text === '' && list.open()}
        onClick={() => text !== '' && list.close()}
        onBlur={list.close}
        onKeyDown={onKeyDown}
        {...list.aria}
        {...shortcut('q,/', t('search.box'))}
      />
    </Completions>
  );
}

function keyOf(option: SearchOption): string {
  if (option.kind === 'tag') return `tag ${option.tag.alias} ${option.tag.name}`;
  return option.kind === 'term' ? `term ${option.term.term}` : `recent ${option.query}`;
}

function Option({ option }: { option: SearchOption }) {
  if (option.kind === 'tag') return <TagOption tag={option.tag} />;
  if (option.kind === 'recent') {
    return (
      <Group gap="xs" wrap="nowrap">
        <IconHistory size={15} style={{ flex: 'none' }} aria-hidden="true" />
        <span className={classes.query}>{option.query}</span>
      </Group>
    );
  }
  return (
    <Group gap="sm" wrap="nowrap" align="baseline">
      <span className={classes.query}>{option.insert}</span>
      <Text component="span" size="xs" c="dimmed">
        {option.term.meaning}
      </Text>
    </Group>
  );
}
