import { Badge, Popover, Stack, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconSparkles } from '@tabler/icons-react';
import { LinkButton } from '@/components/links';
import { t } from '@/lib/i18n';
import { useOverview } from '@/lib/session';

/** Which tagger speaks now; on hover, focus or a tap also what it was trained on. */
export function ActiveTagger() {
  const [opened, { toggle, close }] = useDisclosure(false);
  const overview = useOverview();
  if (!overview) return null;
  const { tagger } = overview;
  const about = tagger ? tagger.about : overview.hub.message;
  const name = tagger?.name ?? t('app.taggerNone');
  const title = tagger ? t('app.taggerServing', { name }) : name;
  return (
    <Popover opened={opened} onDismiss={close} position="bottom-end" width={300} shadow="md" trapFocus>
      <Popover.Target>
        <Tooltip
          label={[title, about].filter(Boolean).join('. ')}
          multiline
          maw={320}
          disabled={opened}
          events={{ hover: true, focus: true, touch: false }}
        >
          <Badge
            component="button"
            type="button"
            size="lg"
            maw={{ base: 140, sm: 280 }}
            color={tagger && tagger.origin !== 'starter' ? 'accent' : 'orange'}
            leftSection={<IconSparkles size={14} aria-hidden="true" />}
            style={{ cursor: 'pointer', border: 0 }}
            aria-label={title}
            onClick={toggle}
          >
            {name}
          </Badge>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          <div>
            <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
              {title}
            </Text>
            {about && (
              <Text size="sm" c="dimmed">
                {about}
              </Text>
            )}
          </div>
          <LinkButton to="/taggers" variant="light" size="xs" onClick={close}>
            {t('app.allTaggers')}
          </LinkButton>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
