import { Link } from '@tanstack/react-router';
import { TagName } from '@/components/TagName';
import { tagAddress } from '@/lib/tagAddress';
import classes from './TagLink.module.css';

type Props = { name: string; category?: string };

/** A tag's name in the colour of its category, leading to its page. */
export function TagLink({ name, category }: Props) {
  return (
    <Link {...tagAddress(name)} preload={false} className={classes.link}>
      <TagName name={name} category={category} />
    </Link>
  );
}
