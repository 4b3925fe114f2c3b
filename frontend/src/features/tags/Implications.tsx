import { Stack, Text } from '@mantine/core';
import type { TagPage, TagRef } from '@/client';
import { TagLink } from '@/components/TagLink';
import { Section } from '@/features/images/Section';
import { t } from '@/lib/i18n';
import { ManyTags } from './ManyTags';

/** What having the tag means for others, and which others mean it. */
export function Implications({ tag }: { tag: TagPage }) {
  const { implies, implied_by: impliedBy, implied_by_count: count, all_implied: all } = tag;
  const direct = new Set(implies.map(({ name }) => name));
  const further = all.filter(({ name }) => !direct.has(name));
  const none = implies.length === 0 && impliedBy.length === 0 && further.length === 0;
  return (
    <Section title={t('tags.implications')}>
      {none && (
        <Text size="sm" c="dimmed">
          {t('tags.noImplications')}
        </Text>
      )}
      <Refs title={t('tags.implies')} tags={implies} />
      <Refs title={t('tags.impliesFurther')} tags={further} />
      <Refs title={t('tags.impliedBy', { count })} label={t('tags.impliedByList')} tags={impliedBy} />
    </Section>
  );
}

type RefsProps = { title: string; label?: string; tags: TagRef[] };

function Refs({ title, label = title, tags }: RefsProps) {
  if (tags.length === 0) return null;
  return (
    <Stack gap={4}>
      <Text size="xs" c="dimmed">
        {title}
      </Text>
      <ManyTags items={tags} nameOf={({ name }) => name} label={label}>
        {({ name, category }) => <TagLink name={name} category={category} />}
      </ManyTags>
    </Stack>
  );
}
