import { ActionIcon, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { t } from '@/lib/i18n';

/** The clipboard API exists only on https and localhost; elsewhere a selection is copied the old way. */
async function copy(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
  const field = document.createElement('textarea');
  field.value = text;
  field.style.position = 'fixed';
  field.style.opacity = '0';
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  return done;
}

/** Whether the text was copied just now, and how to copy it. */
export function useCopied(text: string): [copied: boolean, copyNow: () => void] {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [copied]);
  return [copied, () => void copy(text).then(setCopied)];
}

type Props = { text: string; label?: string; size?: string };

/** A small button that copies `text` and says that it did. */
export function CopyText({ text, label = t('app.copy'), size = 'sm' }: Props) {
  const [copied, copyNow] = useCopied(text);
  const said = copied ? t('app.copied') : label;
  return (
    <Tooltip label={said} openDelay={copied ? 0 : 400}>
      <ActionIcon size={size} aria-label={said} onClick={copyNow}>
        {copied ? <IconCheck size={15} color="var(--mantine-color-teal-6)" /> : <IconCopy size={15} />}
      </ActionIcon>
    </Tooltip>
  );
}
