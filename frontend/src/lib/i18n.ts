/**
 * Every visible string goes through `t()`. Messages live in `app/messages/en`, one file for each feature; a key is
 * `feature.name`. A message is a text with `{placeholders}`, or `{ one, other }` chosen by the variable `count`.
 * Keys and placeholders are checked by the compiler.
 */
import { en } from '@/app/messages/en';

export type Plural = { readonly one: string; readonly other: string };
export type Message = string | Plural;

type Messages = typeof en;
export type MessageKey = {
  [F in keyof Messages & string]: `${F}.${keyof Messages[F] & string}`;
}[keyof Messages & string];

type MessageAt<K extends MessageKey> = K extends `${infer F}.${infer N}`
  ? F extends keyof Messages
    ? N extends keyof Messages[F]
      ? Messages[F][N]
      : never
    : never
  : never;

type Names<S> = S extends `${string}{${infer V}}${infer Rest}` ? V | Names<Rest> : never;
type VarNames<M> = M extends string
  ? Names<M>
  : M extends Plural
    ? Names<M['one' | 'other']> | 'count'
    : never;
type Value = string | number;
type Args<K extends MessageKey> = [VarNames<MessageAt<K>>] extends [never]
  ? []
  : [vars: Record<VarNames<MessageAt<K>>, Value>];

const locale = 'en';
const numbers = new Intl.NumberFormat(locale);
const plurals = new Intl.PluralRules(locale);

/** The message of `key`, its placeholders filled in; numbers are grouped as the language writes them. */
export function t<K extends MessageKey>(key: K, ...args: Args<K>): string {
  const vars = args[0] as Record<string, Value> | undefined;
  const dot = key.indexOf('.');
  const feature = en[key.slice(0, dot) as keyof Messages] as Record<string, Message>;
  const message = feature[key.slice(dot + 1)];
  if (message === undefined) return key;
  return fill(choose(message, vars), vars);
}

export function hasMessage(key: string): key is MessageKey {
  const [feature = '', name = ''] = key.split('.', 2);
  const group = (en as Record<string, Record<string, Message>>)[feature];
  return group !== undefined && name in group;
}

function choose(message: Message, vars: Record<string, Value> | undefined): string {
  if (typeof message === 'string') return message;
  return plurals.select(Number(vars?.count)) === 'one' ? message.one : message.other;
}

function fill(text: string, vars: Record<string, Value> | undefined): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = vars?.[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? numbers.format(value) : value;
  });
}
