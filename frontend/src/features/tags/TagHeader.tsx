import { Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { TagPage } from '@/client';
import { CopyText } from '@/components/CopyText';
import { LinkAnchor } from '@/components/links';
import { TagName } from '@/components/TagName';
import { t } from '@/lib/i18n';
import { inConflict, withoutTag, withTag } from '@/lib/search';
import { useCan } from '@/lib/session';
import { ChangeMenu } from './changes/ChangeMenu';
import { Marks } from './Marks';
import classes from './TagPage.module.css';

/** The tag's name in its colour, what kind of tag it is, and how many images have it. */
export function TagHeader({ tag }: { tag: TagPage }) {
  const mayChange = useCan('tag.change');
  useDocumentTitle(t('app.pageTitle', { page: tag.name }));
  return (
    <Group justify="space-between" align="flex-start" mb="md" gap="sm">
      <Stack gap={4} miw={0} flex="1 1 300px">
        <Text size="xs" c="dimmed">
          <LinkAnchor to="/tags" size="xs">
            {t('tags.title')}
          </LinkAnchor>
          {' · '}
          {t(`tags.category_${tag.category}`)}
          {' · '}
          {t('tags.posts', { count: tag.posts })}
        </Text>
        <Group gap="xs">
          <Title order={1} size="h2" className={classes.name}>
            <TagName name={tag.name} category={tag.category} />
          </Title>
          <CopyText text={tag.name} label={t('tags.copyName')} />
          <Marks tag={tag} />
        </Group>
        <Counts tag={tag} />
      </Stack>
      {mayChange && <ChangeMenu tag={tag} />}
    </Group>
  );
}

function Counts({ tag }: { tag: TagPage }) {
  const { name, counts } = tag;
  const { positive, negative, conflicting, exact } = counts;
  const parts = [
    { q: withTag(name), said: t('tags.positive', { count: positive }), shown: true },
    { q: withoutTag(name), said: t('tags.negative', { count: negative }), shown: true },
    { q: inConflict(name), said: t('tags.conflicting', { count: conflicting }), shown: conflicting > 0 },
  ];
  return (
    <div className={classes.counts}>
      {parts
        .filter(({ shown }) => shown)
        .map(({ q, said }) => (
          <LinkAnchor key={q} to="/library" search={{ q }} inherit>
            {said}
          </LinkAnchor>
        ))}
      {!exact && (
        <Text span inherit c="dimmed">
          {t('tags.countedBefore')}
        </Text>
      )}
    </div>
  );
}
