import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { t } from '@/lib/i18n';
import type { Change } from './tags';

const SHOWN_MS = 12_000;
/** As many names as a notification has room for. */
const NAMED = 6;

/** Says what was done, with the way back. */
export function showDone(id: string, message: string, onUndo: () => void): void {
  const undo = () => {
    notifications.hide(id);
    onUndo();
  };
  notifications.show({
    id,
    autoClose: SHOWN_MS,
    message: (
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {message}
        </Text>
        <Button size="compact-sm" variant="light" style={{ flex: 'none' }} onClick={undo}>
          {t('image.undoDone')}
        </Button>
      </Group>
    ),
  });
}

/** "Added apron, hat. Removed bow." */
export function sentenceOf(changes: readonly Change[]): string {
  const named = (verdict: Change['verdict'], key: 'image.added_' | 'image.removed_') => {
    const tags = changes.filter((change) => change.verdict === verdict).map(({ tag }) => tag);
    if (tags.length === 0) return '';
    const more = tags.length - NAMED;
    const names = tags.slice(0, NAMED).join(', ');
    return t(key, { tags: more > 0 ? t('image.andMore', { tags: names, count: more }) : names });
  };
  return [named('yes', 'image.added_'), named('no', 'image.removed_')].filter(Boolean).join(' ');
}
