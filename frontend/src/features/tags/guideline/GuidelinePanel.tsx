import { Button, Stack, Text } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import type { GuidelineRow, TagPage } from '@/client';
import { Section } from '@/features/images/Section';
import { formatAgo } from '@/lib/format';
import { t } from '@/lib/i18n';
import { useCan } from '@/lib/session';
import { shortcut } from '@/lib/shortcuts';
import { Editor } from './Editor';
import { Guideline } from './Guideline';
import classes from './Guideline.module.css';

/** What the tag means and when to use it; curators edit it in place. */
export function GuidelinePanel({ tag }: { tag: TagPage }) {
  const mayEdit = useCan('tag.edit');
  const [editing, setEditing] = useState(false);
  const { guideline } = tag;
  const edit = mayEdit && !editing && (
    <Button
      size="compact-sm"
      variant="subtle"
      leftSection={<IconPencil size={15} />}
      onClick={() => setEditing(true)}
      {...shortcut('e', t('tags.editGuideline'))}
    >
      {guideline ? t('tags.edit') : t('tags.write')}
    </Button>
  );
  return (
    <Section title={t('tags.guideline')} text={guideline && <Written guideline={guideline} />} actions={edit}>
      {editing ? (
        <Editor tag={tag} onDone={() => setEditing(false)} />
      ) : (
        <Read guideline={guideline} mayEdit={mayEdit} />
      )}
    </Section>
  );
}

function Written({ guideline }: { guideline: GuidelineRow }) {
  const { version, by, at } = guideline;
  return t('tags.versionBy', { version: String(version), who: by ?? t('tags.nobody'), when: formatAgo(at) });
}

function Read({ guideline, mayEdit }: { guideline: GuidelineRow | null; mayEdit: boolean }) {
  if (!guideline) {
    return (
      <Text size="sm" c="dimmed">
        {mayEdit ? t('tags.noGuidelineWrite') : t('tags.noGuideline')}
      </Text>
    );
  }
  return (
    <Stack gap="md">
      {guideline.body.trim() !== '' && <Guideline markup={guideline.markup} body={guideline.body} />}
      <Notes guideline={guideline} />
    </Stack>
  );
}

/** What differs between photographs and drawings. */
export function Notes({ guideline }: { guideline: Pick<GuidelineRow, 'photo_note' | 'drawn_note'> }) {
  const notes = [
    { title: t('tags.photoNote'), text: guideline.photo_note },
    { title: t('tags.drawnNote'), text: guideline.drawn_note },
  ].filter(({ text }) => text.trim() !== '');
  if (notes.length === 0) return null;
  return (
    <div className={classes.notes}>
      {notes.map(({ title, text }) => (
        <div key={title} className={classes.note}>
          <Text size="xs" fw={600} mb={2}>
            {title}
          </Text>
          {text}
        </div>
      ))}
    </div>
  );
}
