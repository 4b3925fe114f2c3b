import { Autocomplete, Input, SegmentedControl, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useId } from 'react';
import type { Domain, Rating } from '@/client';
import type { Facts } from '@/lib/facts';
import { t } from '@/lib/i18n';

const licences = ['CC0', 'CC BY 4.0', 'CC BY-SA 4.0', 'CC BY-NC 4.0', 'Public domain'];
const ratings = ['g', 's', 'q', 'e'] as const satisfies readonly Rating[];
const domains = ['photo', 'drawn', 'other'] as const satisfies readonly Domain[];

type Props = {
  value: Facts;
  onChange: (value: Facts) => void;
  errors?: Record<string, string>;
  disabled?: boolean;
};

/** Source, licence, rating and domain: of an upload, or of one image. */
export function FactsFields({ value, onChange, errors = {}, disabled = false }: Props) {
  const domainId = useId();
  const set = (change: Partial<Facts>) => onChange({ ...value, ...change });
  return (
    <Stack gap="sm">
      <TextInput
        label={t('upload.source')}
        placeholder={t('upload.sourceHint')}
        value={value.source}
        onChange={(event) => set({ source: event.currentTarget.value })}
        error={errors.source}
        maxLength={2000}
        disabled={disabled}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <Autocomplete
          label={t('upload.licence')}
          placeholder={t('upload.licenceHint')}
          data={licences}
          value={value.licence}
          onChange={(licence) => set({ licence })}
          error={errors.licence}
          maxLength={200}
          disabled={disabled}
        />
        <Select
          label={t('upload.rating')}
          placeholder={t('upload.notSaid')}
          data={ratings.map((rating) => ({ value: rating, label: t(`upload.rating_${rating}`) }))}
          value={value.rating || null}
          onChange={(rating) => set({ rating: (rating ?? '') as Facts['rating'] })}
          error={errors.rating}
          clearable
          disabled={disabled}
        />
      </SimpleGrid>
      <Stack gap={4}>
        <Input.Label labelElement="div" id={domainId}>
          {t('upload.domain')}
        </Input.Label>
        <SegmentedControl
          aria-labelledby={domainId}
          data={[
            { value: '', label: t('upload.notSaid') },
            ...domains.map((domain) => ({ value: domain, label: t(`upload.domain_${domain}`) })),
          ]}
          value={value.domain}
          onChange={(domain) => set({ domain: domain as Facts['domain'] })}
          disabled={disabled}
          fullWidth
        />
      </Stack>
    </Stack>
  );
}
