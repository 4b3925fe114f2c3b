import { Badge, Group, Text, VisuallyHidden } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import type { CompletedTag } from '@/client';
import { TagName } from '@/components/TagName';
import { formatCompact } from '@/lib/format';
import { t } from '@/lib/i18n';

/** A tag in a list of completions: by which other name it was found, its category's colour, how many posts have it. */
export function TagOption({ tag }: { tag: CompletedTag }) {
  return (
    <Group gap="sm" justify="space-between" wrap="nowrap">
      <Text component="span" size="sm" style={{ overflowWrap: 'anywhere' }}>
        {tag.alias !== '' && (
          <>
            <Text component="span" c="dimmed" inherit>
              <TagName name={tag.alias} />
            </Text>{' '}
            <IconArrowRight size={13} aria-hidden="true" style={{ verticalAlign: '-2px' }} />
            <VisuallyHidden>{t('completion.means')}</VisuallyHidden>{' '}
          </>
        )}
        <TagName name={tag.name} category={tag.category} />
        {tag.deprecated && (
          <Badge size="xs" color="orange" ml={8}>
            {t('completion.deprecated')}
          </Badge>
        )}
      </Text>
      <Text component="span" size="xs" c="dimmed" className="tabular" style={{ flex: 'none' }}>
        <span aria-hidden="true">{formatCompact(tag.posts)}</span>
        <VisuallyHidden>{t('completion.posts', { count: tag.posts })}</VisuallyHidden>
      </Text>
    </Group>
  );
}
