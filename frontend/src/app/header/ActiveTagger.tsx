import { Badge, Tooltip } from '@mantine/core';
import { IconSparkles } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { t } from '@/lib/i18n';
import { useOverview } from '@/lib/session';

/** Which tagger speaks now; an untrained one is plainly marked. */
export function ActiveTagger() {
  const overview = useOverview();
  if (!overview) return null;
  const { tagger } = overview;
  const untrained = tagger?.origin === 'untrained';
  const hint = tagger
    ? t('app.taggerServing', { name: tagger.name })
    : overview.hub.message || t('app.taggerNone');
  return (
    <Tooltip label={hint} multiline maw={320}>
      <Badge
        component={Link}
        to="/taggers"
        size="lg"
        maw={{ base: 160, sm: 280 }}
        color={tagger && !untrained ? 'accent' : 'orange'}
        leftSection={<IconSparkles size={14} aria-hidden="true" />}
        style={{ cursor: 'pointer' }}
      >
        {tagger?.name ?? t('app.taggerNone')}
      </Badge>
    </Tooltip>
  );
}
