import { partsAround } from '@/lib/queryWords';
import classes from './Search.module.css';

type Props = { q: string; at: number; length: number; message: string };

/** Why a query cannot be understood, and which part of it is the reason. */
export function SearchProblem({ q, at, length, message }: Props) {
  const [before, wrong, after] = partsAround(q, at, length);
  return (
    <div role="alert" className={classes.problem}>
      {message}
      <div className={classes.query} translate="no">
        {before}
        <mark className={classes.wrong}>{wrong}</mark>
        {after}
      </div>
    </div>
  );
}
