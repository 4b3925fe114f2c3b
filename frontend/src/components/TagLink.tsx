import { categoryColor } from '@/components/categories';
import { LinkAnchor } from '@/components/links';
import { TagName } from '@/components/TagName';
import { tagAddress } from '@/lib/tagAddress';

type Props = { name: string; category?: string; size?: string; fw?: number };

/** A tag's name in the colour of its category, leading to its page. */
export function TagLink({ name, category = '', size = 'sm', fw }: Props) {
  return (
    <LinkAnchor
      {...tagAddress(name)}
      preload={false}
      size={size}
      fw={fw}
      c={categoryColor(category) ?? 'inherit'}
      style={{ overflowWrap: 'anywhere' }}
    >
      <TagName name={name} />
    </LinkAnchor>
  );
}
