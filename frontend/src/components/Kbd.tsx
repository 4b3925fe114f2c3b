import { Kbd as MantineKbd } from '@mantine/core';
import { Fragment } from 'react';
import { hasMessage, t } from '@/lib/i18n';
import { alternatives } from '@/lib/shortcuts';
import classes from './Kbd.module.css';

const signs: Record<string, string> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Backspace: '⌫',
  Enter: '↵',
};

function keyCap(key: string): string {
  const name = `app.key_${key}`;
  if (hasMessage(name)) return t(name as 'app.key_ctrl');
  return signs[key] ?? (key.length === 1 ? key.toUpperCase() : key);
}

type Props = {
  /** The value of `data-shortcut`. */
  keys: string;
  /** Show every alternative, not only the first. */
  all?: boolean;
  /** Drawn on a filled button: takes the button's own colour. */
  onFilled?: boolean;
};

/** The key of a shortcut, drawn on its control. Hidden where there is no keyboard to speak of. */
export function Kbd({ keys, all = false, onFilled = false }: Props) {
  const shown = all ? alternatives(keys) : alternatives(keys).slice(0, 1);
  return (
    <span className={classes.keys} aria-hidden="true" data-always={all || undefined}>
      {shown.map((combination) => (
        <Fragment key={combination}>
          {combination.split(' ').map((press) => (
            <MantineKbd key={press} size="xs" className={classes.key} data-on-filled={onFilled || undefined}>
              {press.split('+').map(keyCap).join(' ')}
            </MantineKbd>
          ))}
        </Fragment>
      ))}
    </span>
  );
}
