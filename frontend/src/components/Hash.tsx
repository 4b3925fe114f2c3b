import { Code, Group } from '@mantine/core';
import { CopyText } from '@/components/CopyText';

type Props = { sha256: string; label: string };

/** The beginning of a hash, and the whole of it to copy. */
export function Hash({ sha256, label }: Props) {
  return (
    <Group gap={4} wrap="nowrap" component="span">
      <Code title={sha256}>{sha256.slice(0, 12)}</Code>
      <CopyText text={sha256} label={label} />
    </Group>
  );
}
