import { LinkAnchor } from '@/components/links';
import { TagName } from '@/components/TagName';

type Props = { name: string; category?: string; size?: string };

/** A tag's name in the colour of its category, leading to its page. */
export function TagLink({ name, category, size = 'sm' }: Props) {
  return (
    <LinkAnchor to="/tag" search={{ name }} size={size} style={{ overflowWrap: 'anywhere' }}>
      <TagName name={name} category={category} />
    </LinkAnchor>
  );
}
