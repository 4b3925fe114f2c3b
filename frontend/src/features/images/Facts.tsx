import { Button, Code, Table } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { ImageDetail } from '@/client';
import { Hash } from '@/components/Hash';
import { formatBytes, formatDate } from '@/lib/format';
import { t } from '@/lib/i18n';
import { useCan } from '@/lib/session';
import { EditFacts } from './EditFacts';
import { Section } from './Section';

/** Where the image comes from and what it is; curators correct the part that people said. */
export function Facts({ image }: { image: ImageDetail }) {
  const mayEdit = useCan('image.edit');
  const [editing, setEditing] = useState(false);
  const rows: [string, ReactNode][] = [
    [t('upload.source'), <Source key="source" source={image.source} />],
    [t('upload.licence'), image.licence],
    [t('upload.rating'), image.rating && t(`upload.rating_${image.rating}`)],
    [t('upload.domain'), image.domain && t(`upload.domain_${image.domain}`)],
    [t('image.size'), t('image.sizeValue', { width: image.width, height: image.height })],
    [t('image.format'), image.format],
    [t('image.bytes'), formatBytes(image.bytes)],
    [t('image.added'), formatDate(image.created_at)],
    [t('image.sha256'), <Hash key="sha256" sha256={image.sha256} label={t('image.copySha256')} />],
    [
      t('image.phash'),
      <Code key="phash" title={image.phash_algorithm}>
        {image.phash}
      </Code>,
    ],
  ];
  const edit = mayEdit && !editing && (
    <Button
      size="compact-sm"
      variant="subtle"
      leftSection={<IconPencil size={15} />}
      onClick={() => setEditing(true)}
    >
      {t('image.edit')}
    </Button>
  );
  return (
    <Section title={t('image.facts')} actions={edit}>
      {editing ? (
        <EditFacts image={image} onDone={() => setEditing(false)} />
      ) : (
        <Table withRowBorders={false} verticalSpacing={4} horizontalSpacing={0} fz="sm" layout="fixed">
          <Table.Tbody>
            {rows.map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Th w={140} fw={400} c="dimmed">
                  {name}
                </Table.Th>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{value || t('upload.notSaid')}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Section>
  );
}

function Source({ source }: { source: string }) {
  if (!source) return t('upload.notSaid');
  if (!/^https?:\/\//i.test(source)) return source;
  return (
    <a href={source} target="_blank" rel="noreferrer noopener">
      {source}
    </a>
  );
}
