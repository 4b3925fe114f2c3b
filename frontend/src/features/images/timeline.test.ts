import { expect, it } from 'vitest';
import type { AnswerEvent, AnswerRow } from '@/client';
import { timelineOf } from './timeline';

const answer = (id: string, at: string, retracted = false) => ({ id, at, retracted }) as AnswerRow;

it('puts everything in one order, the newest first, and says who took an answer back', () => {
  const moments = timelineOf(
    {
      answers: [answer('b', '2026-03-01T10:00:00Z', true), answer('a', '2026-01-01T10:00:00Z')],
      completions: [{ by: 'ada', at: '2026-02-01T10:00:00Z', mine: false }],
      imports: [
        {
          origin: 'a.csv',
          positive: ['hat'],
          negative: [],
          complete: false,
          // The same moment in another zone's words.
          at: '2026-02-01T12:30:00+02:00',
          retracted: false,
        },
      ],
    },
    [
      { id: 'b', retracted_by: 'eve', retracted_at: '2026-03-02T10:00:00Z' },
      { id: 'a', retracted_by: null, retracted_at: null },
    ] as AnswerEvent[],
  );
  expect(moments.map(({ kind }) => kind)).toEqual(['answer', 'import', 'completion', 'answer']);
  expect(moments.map((moment) => moment.kind === 'answer' && moment.takenBack?.by)).toEqual([
    'eve',
    false,
    false,
    undefined,
  ]);
});
