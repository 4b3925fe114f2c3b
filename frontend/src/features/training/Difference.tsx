import { Text, VisuallyHidden } from '@mantine/core';
import { IconArrowDownRight, IconArrowUpRight } from '@tabler/icons-react';
import { betterTone, cautionTone } from '@/components/tones';
import { t } from '@/lib/i18n';
import { directionOf, formatDifference, type Unit } from './figures';

const looks = {
  better: { icon: IconArrowUpRight, color: betterTone },
  worse: { icon: IconArrowDownRight, color: cautionTone },
  same: { icon: null, color: 'dimmed' },
} as const;

type Props = { before: number; after: number; unit: Unit };

/** How much better or worse, by sign, arrow and colour. */
export function Difference({ before, after, unit }: Props) {
  const direction = directionOf(before, after, unit);
  const { icon: Icon, color } = looks[direction];
  const by = formatDifference(before, after, unit);
  return (
    <Text
      span
      inherit
      c={color}
      fw={600}
      data-direction={direction}
      className="tabular"
      style={{ whiteSpace: 'nowrap' }}
    >
      {Icon && (
        <Icon size={14} stroke={2} aria-hidden="true" style={{ verticalAlign: '-2px', marginInlineEnd: 2 }} />
      )}
      <VisuallyHidden>{t(`training.${direction}`)} </VisuallyHidden>
      {direction === 'same' ? t('training.sameShort') : by}
      {unit === 'share' && direction !== 'same' && ` ${t('training.points')}`}
    </Text>
  );
}
