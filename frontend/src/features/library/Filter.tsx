import { CloseButton, Group, Pill } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from '@/lib/i18n';

/** Says which images are shown, and takes it off. */
export function Filter({ text }: { text: string }) {
  return (
    <Group gap="xs">
      <Pill size="md">
        {text}
        <CloseButton
          component={Link}
          to="/library"
          size="xs"
          variant="transparent"
          aria-label={t('library.showAll')}
        />
      </Pill>
    </Group>
  );
}
