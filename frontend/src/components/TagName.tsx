import { Fragment } from 'react';

/** A tag's canonical name; long ones may break after an underscore. */
export function TagName({ name }: { name: string }) {
  const parts = name.split(/(?<=_)(?=[^_])/);
  return (
    <span translate="no">
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
