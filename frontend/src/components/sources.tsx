import {
  IconArrowsSplit,
  IconChecks,
  IconCpu,
  IconFileImport,
  IconMessageCheck,
  IconWand,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { Source } from '@/client';
import { t } from '@/lib/i18n';

const icons: Record<Source, ComponentType<{ size?: number; stroke?: number }>> = {
  answered: IconMessageCheck,
  accepted: IconWand,
  completed: IconChecks,
  implied: IconArrowsSplit,
  imported: IconFileImport,
  automatic: IconCpu,
};

/** Where a label comes from, as a small sign that says so when pointed at. */
export function SourceIcon({ source }: { source: Source }) {
  const Icon = icons[source];
  const label = t(`image.sourceHint_${source}`);
  return (
    <span
      role="img"
      aria-label={label}
      title={label}
      style={{ display: 'inline-flex', flex: 'none', verticalAlign: '-0.15em' }}
    >
      <Icon size={14} stroke={1.8} />
    </span>
  );
}
