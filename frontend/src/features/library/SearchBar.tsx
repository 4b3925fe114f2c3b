import { Group, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { t } from '@/lib/i18n';
import { OrderMenu } from './OrderMenu';
import { SavedSearches } from './SavedSearches';
import classes from './Search.module.css';
import { SearchBox } from './SearchBox';
import { SearchHelp } from './SearchHelp';
import { SearchProblem } from './SearchProblem';
import { type FoundNow, wrongPart } from './useFound';
import { useRecent } from './useRecent';

type Props = {
  /** The query of the address. */
  q: string;
  found: FoundNow;
};

/** The search box, what belongs to it, and what came of it. The query lives in the address. */
export function SearchBar({ q, found }: Props) {
  const navigate = useNavigate();
  const [text, setText] = useState(q);
  const [recent, remember] = useRecent();
  const field = useRef<HTMLInputElement>(null);
  const wrong = wrongPart(found.problem);

  // Back, forward and links change the address, and with it what the box says.
  const [seen, setSeen] = useState(q);
  if (seen !== q) {
    setSeen(q);
    setText(q);
  }

  function search(query: string): void {
    const wanted = query.trim();
    setText(wanted);
    if (wanted !== '') remember(wanted);
    if (wanted === q) found.retry();
    void navigate({ to: '/library', search: wanted === '' ? {} : { q: wanted } });
  }

  function addExample(example: string): void {
    setText([text.trim(), example].filter((part) => part !== '').join(' '));
    // The help gives the focus back to its button first.
    setTimeout(() => field.current?.focus(), 50);
  }

  return (
    <Stack gap={6}>
      {/* biome-ignore lint/a11y/useSemanticElements: Mantine's inputs and menus lay themselves out in a div */}
      <div className={classes.bar} role="search">
        <SearchBox
          text={text}
          onText={setText}
          onSearch={search}
          onLeave={() => setText(q)}
          recent={recent}
          looking={q !== '' && found.looking}
          problem={wrong && <SearchProblem q={q} {...wrong} />}
          field={field}
        />
        <Group gap={8} wrap="nowrap">
          <OrderMenu query={text} onQuery={search} />
          <SavedSearches query={found.problem === null ? q : ''} onUse={search} />
          <SearchHelp onExample={addExample} />
        </Group>
      </div>
      <Count q={q} found={found} />
    </Stack>
  );
}

/** How many images are found, and whose probabilities the `ai:` terms are about. */
function Count({ q, found: { count, tagger, problem } }: Props) {
  if (q === '' || problem) return null;
  return (
    <Text size="sm" c="dimmed" mih="1.5em" className="tabular" aria-live="polite">
      {count && t(count.exact ? 'search.found' : 'search.foundAtLeast', { count: count.count })}
      {count && tagger !== null && ' · '}
      {tagger !== null && t('search.byTagger', { tagger })}
    </Text>
  );
}
