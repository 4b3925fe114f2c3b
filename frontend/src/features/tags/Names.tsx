import { Stack, Text } from '@mantine/core';
import type { TagPage } from '@/client';
import { TagName } from '@/components/TagName';
import { Section } from '@/features/images/Section';
import { t } from '@/lib/i18n';
import { ManyTags } from './ManyTags';

const itself = (name: string) => name;

/** What else the tag is called: aliases mean it wherever a tag is typed, other names are only told. */
export function Names({ tag }: { tag: TagPage }) {
  const { aliases, guideline } = tag;
  const others = guideline?.other_names ?? [];
  return (
    <Section title={t('tags.names')} text={t('tags.aliasesText')}>
      {aliases.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('tags.noAliases')}
        </Text>
      )}
      {aliases.length > 0 && (
        <ManyTags items={aliases} nameOf={itself} label={t('tags.aliases')}>
          {(alias) => (
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              <TagName name={alias} />
            </Text>
          )}
        </ManyTags>
      )}
      {others.length > 0 && (
        <Stack gap={4}>
          <Text size="xs" c="dimmed">
            {t('tags.otherNames')}
          </Text>
          <ManyTags items={others} nameOf={itself} label={t('tags.otherNames')}>
            {(name) => (
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {name.replaceAll('_', ' ')}
              </Text>
            )}
          </ManyTags>
        </Stack>
      )}
    </Section>
  );
}
