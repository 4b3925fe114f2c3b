import { Fragment } from 'react';
import classes from './TagName.module.css';

type Props = {
  name: string;
  /** Gives the name the colour of its category. */
  category?: string | undefined;
};

/** A tag's canonical name; long ones may break after an underscore. */
export function TagName({ name, category }: Props) {
  const parts = name.split(/(?<=_)(?=[^_])/);
  return (
    <span translate="no" className={classes.name} data-category={category}>
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a name never change places
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </span>
  );
}
