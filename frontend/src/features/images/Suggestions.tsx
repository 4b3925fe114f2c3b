import { ActionIcon, Button, Group, ScrollArea, Text, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconArrowBackUp, IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { ImageDetail, Verdict } from '@/client';
import { Percent, ProbabilityBar } from '@/components/ProbabilityBar';
import { messageOf } from '@/lib/api';
import { t } from '@/lib/i18n';
import { shortcut } from '@/lib/shortcuts';
import { imageQuery, lookAgain } from './api';
import { Section } from './Section';
import classes from './Suggestions.module.css';
import type { Answering } from './useAnswering';
import { YesNo } from './YesNo';

type Props = { image: ImageDetail; answering: Answering; mayAnswer: boolean };

/** What the tagger sees, best first, to be confirmed or refused. One suggestion is marked: y and n answer it. */
export function Suggestions({ image, answering, mayAnswer }: Props) {
  const { suggestions } = image;
  const [chosen, setChosen] = useState<number | null>(null);
  const open = suggestions.findIndex((each) => !each.state);
  const marked = Math.min(chosen ?? open, suggestions.length - 1);
  const list = useRef<HTMLUListElement>(null);

  useEffect(() => {
    if (chosen !== null) list.current?.querySelector('[data-marked]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  function answer(position: number, verdict: Verdict) {
    const said = suggestions[position];
    if (!said) return;
    const { tag, score, probability } = said;
    answering.answer(tag, verdict, { score, probability, position });
    const next = suggestions.findIndex((each, place) => place > position && !each.state);
    setChosen(next >= 0 ? next : null);
  }

  const step = (by: number) => setChosen(Math.min(Math.max(marked + by, 0), suggestions.length - 1));
  const waiting = image.pretagged ? t('image.suggestionsNone') : t('image.suggestionsWaiting');
  const why = image.pretag_error && t('image.suggestionsFailed', { why: image.pretag_error });
  return (
    <Section
      title={t('image.suggestions')}
      text={suggestions.length > 0 ? t('image.suggestionsHint') : undefined}
      actions={mayAnswer && suggestions.length > 0 && <Steps step={step} undoLast={answering.undoLast} />}
    >
      {suggestions.length === 0 && (
        <Text size="sm" c="dimmed">
          {why || waiting}
        </Text>
      )}
      {why && mayAnswer && <LookAgain id={image.id} />}
      <ScrollArea.Autosize mah={420} type="auto" offsetScrollbars="present" scrollbarSize={8}>
        <ul className={classes.list} ref={list}>
          {suggestions.map((said, position) => (
            <li
              key={said.tag}
              className={classes.row}
              data-marked={(mayAnswer && position === marked) || undefined}
            >
              <Text size="sm" fw={500} className={classes.tag} title={said.tag}>
                {said.tag}
              </Text>
              <ProbabilityBar said={said} small />
              <Percent said={said} />
              {mayAnswer && (
                <YesNo
                  tag={said.tag}
                  state={said.state}
                  marked={position === marked}
                  withKeys
                  onAnswer={(verdict) => answer(position, verdict)}
                />
              )}
            </li>
          ))}
        </ul>
      </ScrollArea.Autosize>
    </Section>
  );
}

function LookAgain({ id }: { id: number }) {
  const cache = useQueryClient();
  const { mutate, isPending } = useMutation({
    mutationFn: () => lookAgain(id),
    onSuccess: (image) => cache.setQueryData(imageQuery(id).queryKey, image),
    onError: (problem) =>
      notifications.show({ color: 'red', title: t('image.lookAgainFailed'), message: messageOf(problem) }),
  });
  return (
    <Button mt="sm" w="fit-content" size="xs" variant="default" loading={isPending} onClick={() => mutate()}>
      {t('image.lookAgain')}
    </Button>
  );
}

function Steps({ step, undoLast }: { step: (by: number) => void; undoLast: (() => void) | undefined }) {
  return (
    <Group gap={2} wrap="nowrap">
      <Tooltip label={t('image.undoLast')}>
        <ActionIcon
          aria-label={t('image.undoLast')}
          disabled={!undoLast}
          onClick={() => undoLast?.()}
          {...shortcut('ctrl+z,Backspace', t('image.undoLast'))}
        >
          <IconArrowBackUp size={18} />
        </ActionIcon>
      </Tooltip>
      <ActionIcon
        aria-label={t('image.moveUp')}
        onClick={() => step(-1)}
        data-shortcut-repeat=""
        {...shortcut('k', t('image.moveUp'))}
      >
        <IconChevronUp size={18} />
      </ActionIcon>
      <ActionIcon
        aria-label={t('image.moveDown')}
        onClick={() => step(1)}
        data-shortcut-repeat=""
        {...shortcut('j', t('image.moveDown'))}
      >
        <IconChevronDown size={18} />
      </ActionIcon>
    </Group>
  );
}
