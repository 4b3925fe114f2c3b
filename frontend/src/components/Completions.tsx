import { Popover } from '@mantine/core';
import { type ReactElement, type ReactNode, useEffect } from 'react';
import classes from './Completions.module.css';
import type { CompletionList } from './useCompletions';

type Props = {
  list: CompletionList;
  label: string;
  /** As wide as the field, or as wide as what is in it. */
  width?: 'target' | 'max-content';
  position?: 'top-start' | 'bottom-start';
  options: { key: string; content: ReactNode }[];
  /** The field. */
  children: ReactElement;
};

/** The list below a field. The focus stays in the field. */
export function Completions({
  list,
  label,
  width = 'max-content',
  position = 'bottom-start',
  options,
  children,
}: Props) {
  const { id, shown, active } = list;
  useEffect(() => {
    if (active >= 0) document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, active]);
  return (
    <Popover
      opened={shown}
      width={width}
      position={position}
      offset={4}
      shadow="md"
      withRoles={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>{children}</Popover.Target>
      <Popover.Dropdown
        p={4}
        className={classes.dropdown}
        data-wide={width === 'target' || undefined}
        onMouseDown={(event) => event.preventDefault()}
      >
        <div role="listbox" id={id} aria-label={label} className={classes.list}>
          {options.map(({ key, content }, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field takes the keys
            // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, which names the active option
            <div
              key={key}
              role="option"
              id={list.optionId(index)}
              aria-selected={index === active}
              className={classes.option}
              onClick={() => list.pick(index)}
            >
              {content}
            </div>
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
