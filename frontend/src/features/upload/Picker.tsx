import { Box, Button, FileButton, Group, Stack, Text, Title } from '@mantine/core';
import { IconCloudUpload, IconFolder, IconPhotoPlus } from '@tabler/icons-react';
import { Kbd } from '@/components/Kbd';
import { type PickedFile, pickedFrom } from '@/lib/files';
import { t } from '@/lib/i18n';
import { shortcut } from '@/lib/shortcuts';
import classes from './Picker.module.css';

type Props = { onFiles: (files: PickedFile[]) => void };

/** The place to drop files, and the two buttons that choose them. */
export function Picker({ onFiles }: Props) {
  return (
    <Stack className={classes.target} align="center" justify="center" gap="md">
      <Box className={classes.mark} aria-hidden="true">
        <IconCloudUpload size={34} stroke={1.5} />
      </Box>
      <Stack gap={4} align="center">
        <Title order={2} size="h4" ta="center">
          {t('upload.pickTitle')}
        </Title>
        <Text size="sm" c="dimmed" ta="center" maw={440}>
          {t('upload.pickText')}
        </Text>
      </Stack>
      <ChooseButtons onFiles={onFiles} />
    </Stack>
  );
}

export function ChooseButtons({ onFiles, quiet = false }: Props & { quiet?: boolean }) {
  const size = quiet ? 'xs' : 'sm';
  return (
    <Group gap="xs" justify="center">
      <FileButton multiple onChange={(files) => onFiles(pickedFrom(files))} accept="image/*,.zip,.txt">
        {(props) => (
          <Button
            {...props}
            size={size}
            variant={quiet ? 'light' : 'filled'}
            leftSection={<IconPhotoPlus size={18} />}
            rightSection={<Kbd keys="f" onFilled={!quiet} />}
            {...shortcut('f', t('upload.chooseFiles'))}
          >
            {t('upload.chooseFiles')}
          </Button>
        )}
      </FileButton>
      <FileButton
        multiple
        onChange={(files) => onFiles(pickedFrom(files))}
        inputProps={{ webkitdirectory: '' } as object}
      >
        {(props) => (
          <Button
            {...props}
            size={size}
            variant={quiet ? 'light' : 'default'}
            leftSection={<IconFolder size={18} />}
            rightSection={<Kbd keys="d" />}
            {...shortcut('d', t('upload.chooseFolder'))}
          >
            {t('upload.chooseFolder')}
          </Button>
        )}
      </FileButton>
    </Group>
  );
}
