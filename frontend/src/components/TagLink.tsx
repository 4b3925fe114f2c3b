import { Link, type LinkProps } from '@tanstack/react-router';
import { TagName } from '@/components/TagName';
import classes from './TagLink.module.css';

/** The address of the page of a tag. */
export const tagAddress = (name: string) => ({ to: '/tag', search: { name } }) as unknown as LinkProps;

type Props = { name: string; category: string };

/** A tag in the colour of its category; it leads to the page that says what it means. */
export function TagLink({ name, category }: Props) {
  return (
    <Link {...tagAddress(name)} preload={false} className={classes.tag} data-category={category}>
      <TagName name={name} />
    </Link>
  );
}
