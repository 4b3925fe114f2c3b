import { Badge, Group, Tooltip } from '@mantine/core';
import type { TagRow } from '@/client';
import { t } from '@/lib/i18n';

const marks = ['deprecated', 'hidden', 'subjective', 'automatic'] as const;
const colors = { deprecated: 'orange', hidden: 'gray', subjective: 'accent', automatic: 'gray' } as const;

type Marked = Pick<TagRow, (typeof marks)[number]>;

export const marksOf = (tag: Marked) => marks.filter((mark) => tag[mark]);

/** What is special about a tag, each with a sentence that says what follows from it. */
export function Marks({ tag, size = 'sm' }: { tag: Marked; size?: string }) {
  const shown = marksOf(tag);
  if (shown.length === 0) return null;
  return (
    <Group gap={4} component="span">
      {shown.map((mark) => (
        <Tooltip key={mark} label={t(`tags.mark_${mark}Hint`)} multiline maw={280}>
          <Badge size={size} color={colors[mark]}>
            {t(`tags.mark_${mark}`)}
          </Badge>
        </Tooltip>
      ))}
    </Group>
  );
}
