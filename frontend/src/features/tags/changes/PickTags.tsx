import { Group, Input, Pill, Stack } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { TagInput } from '@/components/TagInput';
import { t } from '@/lib/i18n';

type Props = { label: string; most: number; value: string[]; onChange: (value: string[]) => void };

/** Tags of the vocabulary, chosen one after the other. */
export function PickTags({ label, most, value, onChange }: Props) {
  return (
    <Stack gap={6}>
      <Input.Label labelElement="div">{label}</Input.Label>
      {value.length > 0 && (
        <Group gap={6}>
          {value.map((name) => (
            <Pill
              key={name}
              size="md"
              withRemoveButton
              removeButtonProps={{
                'aria-label': t('tags.takeOff', { name }),
                'aria-hidden': undefined,
                tabIndex: 0,
              }}
              onRemove={() => onChange(value.filter((other) => other !== name))}
            >
              {name}
            </Pill>
          ))}
        </Group>
      )}
      {value.length < most && (
        <TagInput
          label={label}
          placeholder={t('tags.pickHint')}
          position="bottom"
          icon={IconSearch}
          onTag={(name) => value.includes(name) || onChange([...value, name])}
        />
      )}
    </Stack>
  );
}
