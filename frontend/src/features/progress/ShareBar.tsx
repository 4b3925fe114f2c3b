import { Text } from '@mantine/core';
import { t } from '@/lib/i18n';
import classes from './ShareBar.module.css';
import { shares } from './series';

type Props = { yes: number; no: number; unsure: number };

/** Yes, no and unsure as parts of a whole, drawn and written. */
export function ShareBar({ yes, no, unsure }: Props) {
  const [yesShare = 0, noShare = 0, unsureShare = 0] = shares([yes, no, unsure]);
  return (
    <div>
      <div className={classes.bar} aria-hidden="true">
        <div className={classes.yes} style={{ flexGrow: yes }} />
        <div className={classes.no} style={{ flexGrow: no }} />
        <div className={classes.unsure} style={{ flexGrow: unsure }} />
      </div>
      <Text size="xs" c="dimmed" mt={3}>
        {t('progress.barSaid', { yes: yesShare, no: noShare, unsure: unsureShare })}
      </Text>
    </div>
  );
}
