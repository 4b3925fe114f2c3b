/** The look: one calm accent, slate surfaces, Inter. Green and red are kept for yes and no. */
import {
  ActionIcon,
  Badge,
  Button,
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  Modal,
  Paper,
  Tooltip,
} from '@mantine/core';

const accent: MantineColorsTuple = [
  '#eef1ff',
  '#dde2fb',
  '#b9c2f3',
  '#92a0ec',
  '#7182e4',
  '#5b6fdf',
  '#4a5fd9',
  '#3c4fc0',
  '#3345ab',
  '#283a97',
];

const dark: MantineColorsTuple = [
  '#c9cdd6',
  '#a9afbb',
  '#8b92a1',
  '#5f6675',
  '#3c424f',
  '#2f343f',
  '#242932',
  '#1a1e25',
  '#14171d',
  '#0e1115',
];

const gray: MantineColorsTuple = [
  '#f8f9fb',
  '#f1f3f6',
  '#e6e9ee',
  '#d8dde5',
  '#c5ccd6',
  '#a6afbc',
  '#667083',
  '#566072',
  '#3b4454',
  '#242b38',
];

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 5 },
  colors: { accent, dark, gray },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: { fontWeight: '650' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray' } }),
    Badge: Badge.extend({ defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 500 } }),
    Button: Button.extend({ defaultProps: { fw: 550 } }),
    Modal: Modal.extend({
      defaultProps: { centered: true, radius: 'lg', overlayProps: { blur: 2 } },
      styles: { title: { fontWeight: 650 } },
    }),
    Paper: Paper.extend({ defaultProps: { radius: 'lg' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 400, withArrow: true } }),
  },
});

const tinted = ['accent', 'red', 'teal', 'orange', 'yellow', 'green', 'blue', 'gray'] as const;

/** Tints are thin, and coloured text is dark enough (light on dark) to be read when it is small. */
export const cssVariables: CSSVariablesResolver = () => {
  const light: Record<string, string> = {};
  const dark: Record<string, string> = {};
  for (const name of tinted) {
    const shade = (depth: number) => `var(--mantine-color-${name}-${depth})`;
    const tint = (depth: number, percent: number) =>
      `color-mix(in srgb, ${shade(depth)} ${percent}%, transparent)`;
    const variable = `--mantine-color-${name}`;
    light[`${variable}-text`] = shade(9);
    light[`${variable}-light`] = tint(6, 11);
    light[`${variable}-light-hover`] = tint(6, 18);
    light[`${variable}-light-color`] = `color-mix(in srgb, ${shade(9)} 88%, black)`;
    dark[`${variable}-text`] = shade(4);
    dark[`${variable}-light`] = tint(5, 17);
    dark[`${variable}-light-hover`] = tint(5, 26);
    dark[`${variable}-light-color`] = shade(3);
  }
  light['--mantine-color-error'] = 'var(--mantine-color-red-9)';
  dark['--mantine-color-error'] = 'var(--mantine-color-red-4)';
  return { variables: {}, light, dark };
};
