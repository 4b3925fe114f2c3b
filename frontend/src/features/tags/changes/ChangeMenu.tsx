import { Button, Group, Menu } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconArrowMerge,
  IconArrowsSplit,
  IconArrowUpRight,
  IconBan,
  IconChevronDown,
  IconCursorText,
  IconFlag,
  IconLink,
  IconLinkOff,
  IconPalette,
  IconRestore,
  IconUnlink,
} from '@tabler/icons-react';
import { useState } from 'react';
import type { TagPage } from '@/client';
import { Kbd } from '@/components/Kbd';
import { t } from '@/lib/i18n';
import { shortcut } from '@/lib/shortcuts';
import { ChangeDialog } from './ChangeDialog';
import type { Kind } from './kinds';

const icons = {
  rename: IconCursorText,
  alias: IconLink,
  unalias: IconLinkOff,
  merge: IconArrowMerge,
  split: IconArrowsSplit,
  imply: IconArrowUpRight,
  unimply: IconUnlink,
  categorise: IconPalette,
  flags: IconFlag,
  deprecate: IconBan,
  revive: IconRestore,
} as const satisfies Record<Kind, unknown>;

/** What can be done to a tag. Each opens a dialog that first says what would follow. */
export function ChangeMenu({ tag }: { tag: TagPage }) {
  const [kind, setKind] = useState<Kind>('rename');
  const [opened, { open, close }] = useDisclosure(false);
  const groups: { title: string; kinds: Kind[] }[] = [
    {
      title: t('tags.group_names'),
      kinds: ['rename', 'alias', ...(tag.aliases.length > 0 ? (['unalias'] as const) : [])],
    },
    {
      title: t('tags.group_meaning'),
      kinds: ['imply', ...(tag.implies.length > 0 ? (['unimply'] as const) : []), 'merge', 'split'],
    },
    {
      title: t('tags.group_use'),
      kinds: ['categorise', 'flags', tag.deprecated ? 'revive' : 'deprecate'],
    },
  ];

  function begin(wanted: Kind) {
    setKind(wanted);
    open();
  }

  return (
    <>
      <Menu position="bottom-end" shadow="md" width={230}>
        <Menu.Target>
          <Button
            variant="default"
            rightSection={
              <Group gap={6} wrap="nowrap">
                <Kbd keys="c" />
                <IconChevronDown size={16} />
              </Group>
            }
            {...shortcut('c', t('tags.change'))}
          >
            {t('tags.change')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {groups.map(({ title, kinds }) => [
            <Menu.Label key={title}>{title}</Menu.Label>,
            ...kinds.map((each) => {
              const Icon = icons[each];
              return (
                <Menu.Item key={each} leftSection={<Icon size={16} />} onClick={() => begin(each)}>
                  {t(`tags.kind_${each}`)}
                </Menu.Item>
              );
            }),
          ])}
        </Menu.Dropdown>
      </Menu>
      <ChangeDialog tag={tag} kind={kind} opened={opened} onClose={close} />
    </>
  );
}
