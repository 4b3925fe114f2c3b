import { Button, Tooltip } from '@mantine/core';
import { memo, useCallback, useLayoutEffect, useRef } from 'react';
import type { Verdict } from '@/client';
import { Kbd } from '@/components/Kbd';
import { t } from '@/lib/i18n';
import { shortcut } from '@/lib/shortcuts';
import classes from './Answers.module.css';
import { keepFocus } from './keepFocus';
import type { Reviewer } from './reviewer';
import type { Given } from './session';

type Props = { imageId: number; tag: string; given: Given | undefined; reviewer: Reviewer };

/** The four answers. Their buttons stay as they are from question to question, so that a press costs next to nothing. */
export function Answers({ imageId, tag, given, reviewer }: Props) {
  const shown = useRef({ imageId, tag });
  useLayoutEffect(() => {
    shown.current = { imageId, tag };
  }, [imageId, tag]);
  // What counts is the question on the screen at the moment of the press.
  const reply = useCallback(
    (verdict: Verdict, atFullSize: boolean) => reviewer.answer({ ...shown.current, verdict, atFullSize }),
    [reviewer],
  );
  const chosen = (verdict: Verdict, atFullSize = false) =>
    given?.verdict === verdict && given.atFullSize === atFullSize;
  return (
    <div className={classes.answers}>
      <Answer
        verdict="yes"
        keys="y,a,ArrowRight"
        color="teal.9"
        filled
        chosen={chosen('yes')}
        reply={reply}
      />
      <Answer verdict="no" keys="n,x" color="red.8" filled chosen={chosen('no')} reply={reply} />
      <Answer verdict="unsure" keys="u,Space" color="gray" chosen={chosen('unsure')} reply={reply} />
      <Answer
        verdict="yes"
        atFullSize
        keys="shift+y"
        color="teal"
        chosen={chosen('yes', true)}
        reply={reply}
        hint={t('review.yesFullHint')}
      />
    </div>
  );
}

type AnswerProps = {
  verdict: Verdict;
  atFullSize?: boolean;
  keys: string;
  color: string;
  filled?: boolean;
  chosen: boolean;
  hint?: string;
  reply: (verdict: Verdict, atFullSize: boolean) => void;
};

const styles = { root: classes.answer, inner: classes.inner, label: classes.label };

const Answer = memo(function Answer(props: AnswerProps) {
  const { verdict, atFullSize = false, keys, color, filled = false, chosen, hint, reply } = props;
  const label = t(atFullSize ? 'review.yesFull' : `review.${verdict}`);
  const variant = chosen ? 'outline' : filled ? 'filled' : 'light';
  const button = (
    <Button
      size="md"
      px="xs"
      color={color}
      variant={variant}
      classNames={styles}
      rightSection={<Kbd keys={keys} onFilled={variant === 'filled'} />}
      onClick={() => reply(verdict, atFullSize)}
      {...keepFocus}
      {...shortcut(keys, label)}
    >
      {label}
    </Button>
  );
  if (!hint) return button;
  return (
    <Tooltip label={hint} multiline w={260}>
      {button}
    </Tooltip>
  );
});
