import { Button, FileButton, Group, Input, Paper, Progress, Radio, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconFileSearch, IconFileUpload } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { Absence, LabelForm } from '@/client';
import { DropArea } from '@/components/DropArea';
import { ErrorState } from '@/components/ErrorState';
import { Kbd } from '@/components/Kbd';
import type { PickedFile } from '@/lib/files';
import { formatBytes } from '@/lib/format';
import { t } from '@/lib/i18n';
import { shortcut } from '@/lib/shortcuts';
import { refreshImports, sendFile } from './api';
import { accepted, examples, formOf, forms } from './forms';
import classes from './NewImport.module.css';

const absences = ['unknown', 'no'] as const satisfies Absence[];

/** The file, what kind it is, and the one thing that no file says: what it means that a tag is not listed. */
export function NewImport() {
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [form, setForm] = useState<LabelForm | null>(null);
  const [absence, setAbsence] = useState<Absence | null>(null);
  const [tried, setTried] = useState(false);
  const send = useMutation({
    mutationFn: sendFile,
    onSuccess: () => {
      setFile(null);
      setAbsence(null);
      setTried(false);
      return refreshImports(client);
    },
  });

  function take(chosen: File | null | undefined): void {
    if (!chosen) return;
    send.reset();
    setFile(chosen);
    setForm((before) => formOf(chosen.name) ?? before);
  }

  function drop(files: PickedFile[]): void {
    const [first] = files;
    take(first?.file);
    if (first && files.length > 1)
      notifications.show({ message: t('labelImports.oneFile', { name: first.file.name }) });
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (file && form && absence) send.mutate({ file, form, absence });
  }

  return (
    <DropArea onFiles={drop} disabled={send.isPending} hint={t('labelImports.dropHere')}>
      <Paper withBorder p={{ base: 'sm', sm: 'lg' }} component="form" onSubmit={submit} noValidate>
        <Stack gap="lg">
          <Title order={2} size="h4">
            {t('labelImports.newTitle')}
          </Title>
          <FileChoice file={file} form={form} missing={tried && !file} onFile={take} />
          <FormChoice value={form} onChange={setForm} />
          <AbsenceChoice value={absence} missing={tried && !absence} onChange={setAbsence} />
          {send.isError && <ErrorState problem={send.error} title={t('labelImports.sendFailed')} />}
          {send.isPending && file && (
            <Progress value={100} animated aria-label={t('labelImports.sending', { name: file.name })} />
          )}
          <Group justify="flex-end">
            <Button
              type="submit"
              disabled={!form}
              loading={send.isPending}
              leftSection={<IconFileSearch size={18} />}
              rightSection={<Kbd keys="ctrl+Enter" onFilled />}
              {...shortcut('ctrl+Enter', t('labelImports.send'))}
            >
              {t('labelImports.send')}
            </Button>
          </Group>
        </Stack>
      </Paper>
    </DropArea>
  );
}

type FileProps = {
  file: File | null;
  form: LabelForm | null;
  missing: boolean;
  onFile: (file: File | null) => void;
};

function FileChoice({ file, form, missing, onFile }: FileProps) {
  return (
    <Stack gap={4}>
      <Group className={classes.target} justify="center" gap="md">
        <Text
          size="sm"
          c={file ? undefined : 'dimmed'}
          fw={file ? 550 : 400}
          style={{ overflowWrap: 'anywhere' }}
        >
          {file
            ? t('labelImports.chosen', { name: file.name, size: formatBytes(file.size) })
            : t('labelImports.drop')}
        </Text>
        <FileButton onChange={onFile} accept={accepted(form)}>
          {(props) => (
            <Button
              {...props}
              size="xs"
              variant={file ? 'default' : 'filled'}
              leftSection={<IconFileUpload size={17} />}
              rightSection={<Kbd keys="f" onFilled={!file} />}
              {...shortcut('f', t('labelImports.choose'))}
            >
              {file ? t('labelImports.unchoose') : t('labelImports.choose')}
            </Button>
          )}
        </FileButton>
      </Group>
      {missing && <Input.Error role="alert">{t('labelImports.fileMissing')}</Input.Error>}
    </Stack>
  );
}

function FormChoice({ value, onChange }: { value: LabelForm | null; onChange: (form: LabelForm) => void }) {
  return (
    <Radio.Group
      label={t('labelImports.form')}
      value={value}
      onChange={(form) => onChange(form as LabelForm)}
      withAsterisk
    >
      <div className={classes.forms}>
        {forms.map((form) => (
          <Choice key={form} value={form} title={t(`labelImports.form_${form}`)}>
            <Text size="xs" c="dimmed">
              {t(`labelImports.form_${form}Text`)}
            </Text>
            <div className={classes.example} translate="no" title={t('labelImports.example')}>
              {examples[form]}
            </div>
          </Choice>
        ))}
      </div>
    </Radio.Group>
  );
}

type AbsenceProps = { value: Absence | null; missing: boolean; onChange: (absence: Absence) => void };

/** Nothing is chosen at first: a wrong guess would teach the tagger thousands of wrong noes. */
function AbsenceChoice({ value, missing, onChange }: AbsenceProps) {
  return (
    <Radio.Group
      label={t('labelImports.absence')}
      description={t('labelImports.absenceHint')}
      error={missing && t('labelImports.absenceMissing')}
      value={value}
      onChange={(absence) => onChange(absence as Absence)}
      withAsterisk
    >
      <div className={classes.absences}>
        {absences.map((absence) => (
          <Choice key={absence} value={absence} title={t(`labelImports.absence_${absence}`)}>
            <Text size="xs" c="dimmed">
              {t(`labelImports.absence_${absence}Text`)}
            </Text>
          </Choice>
        ))}
      </div>
    </Radio.Group>
  );
}

function Choice({ value, title, children }: { value: string; title: string; children: ReactNode }) {
  return (
    <Radio.Card value={value} className={classes.card} mt={6} radius="md">
      <Group wrap="nowrap" align="flex-start" gap="sm" flex={1} miw={0}>
        <Radio.Indicator mt={1} />
        <div style={{ minWidth: 0, flex: 1 }}>
          <Text size="sm" fw={550}>
            {title}
          </Text>
          {children}
        </div>
      </Group>
    </Radio.Card>
  );
}
