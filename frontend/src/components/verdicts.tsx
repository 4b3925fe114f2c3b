import { Badge } from '@mantine/core';
import { IconKeyboard, IconMessageQuestion, IconWand } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { How, Verdict } from '@/client';
import { t } from '@/lib/i18n';

const colors: Record<Verdict, string> = { yes: 'teal', no: 'red', unsure: 'gray' };

/** What somebody answered. */
export function VerdictBadge({ verdict }: { verdict: Verdict }) {
  return (
    <Badge color={colors[verdict]} size="sm" style={{ flex: 'none' }}>
      {t(`history.verdict_${verdict}`)}
    </Badge>
  );
}

const icons: Record<How, ComponentType<{ size?: number; stroke?: number }>> = {
  asked: IconMessageQuestion,
  accepted: IconWand,
  typed: IconKeyboard,
};

/** How an answer came about, as a small sign that says so when pointed at. */
export function HowIcon({ how }: { how: How }) {
  const Icon = icons[how];
  const label = t(`history.how_${how}`);
  return (
    <span role="img" aria-label={label} title={label} style={{ display: 'inline-flex', flex: 'none' }}>
      <Icon size={15} stroke={1.7} />
    </span>
  );
}
