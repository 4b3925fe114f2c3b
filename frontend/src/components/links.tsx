/** Mantine's controls as links of the router: the address, its parameters and its search are checked by the compiler. */
import {
  ActionIcon,
  type ActionIconProps,
  Anchor,
  type AnchorProps,
  Button,
  type ButtonProps,
} from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { ComponentProps } from 'react';

type Native = Omit<ComponentProps<'a'>, keyof ButtonProps | 'color'>;

export const LinkButton = createLink((props: ButtonProps & Native) => <Button component="a" {...props} />);

export const LinkIcon = createLink((props: ActionIconProps & Native) => (
  <ActionIcon component="a" {...props} />
));

export const LinkAnchor = createLink(
  (props: AnchorProps & Omit<ComponentProps<'a'>, keyof AnchorProps | 'color'>) => <Anchor {...props} />,
);
