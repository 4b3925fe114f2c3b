import { describe, expect, it } from 'vitest';
import type { JobRow, UploadRow } from '@/client';
import { type Asked, bookState } from './book';

const now = Date.parse('2026-01-01T12:00:00Z');
const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
const job = (state: JobRow['state'], more: Partial<JobRow> = {}): JobRow => ({
  id: 1,
  kind: 'book',
  title: 'Draw the picture book',
  state,
  done: 120,
  total: 600,
  error: '',
  created_at: minutesAgo(0),
  started_at: null,
  finished_at: null,
  rate: null,
  seconds_left: null,
  ...more,
});
const unasked: Asked = { isPending: false, error: null, data: undefined, submittedAt: 0 };
const asked: Asked = { ...unasked, data: { expected: 600 } as UploadRow, submittedAt: now };

describe('the picture book', () => {
  it('is nothing to speak of before anybody asked for it', () => {
    expect(bookState(unasked, undefined)).toEqual({ name: 'none' });
    expect(bookState(unasked, null)).toEqual({ name: 'none' });
    expect(bookState(unasked, job('done'))).toEqual({ name: 'none' });
  });

  it('is being asked for, then drawn, also before its job is in the list', () => {
    expect(bookState({ ...unasked, isPending: true }, null)).toEqual({ name: 'asking' });
    expect(bookState(asked, null)).toEqual({ name: 'drawing', done: 0, total: 600 });
    const earlier = job('failed', { created_at: minutesAgo(30) });
    expect(bookState(asked, earlier)).toEqual({ name: 'drawing', done: 0, total: 600 });
    expect(bookState(asked, job('queued', { done: 0, total: 0 }))).toEqual({
      name: 'drawing',
      done: 0,
      total: 600,
    });
  });

  it('is being drawn for whoever comes to the page', () => {
    expect(bookState(unasked, job('running'))).toEqual({ name: 'drawing', done: 120, total: 600 });
  });

  it('has failed at once, with the sentence of the server, or later, with the job to try again', () => {
    const refused = { ...unasked, error: new Error('It is here already.') };
    expect(bookState(refused, null)).toEqual({ name: 'failed', message: 'It is here already.', job: null });
    const failed = job('failed', { error: 'The disk is full.' });
    expect(bookState(unasked, failed)).toEqual({ name: 'failed', message: 'The disk is full.', job: failed });
    expect(bookState(asked, failed)).toMatchObject({ name: 'failed' });
    expect(bookState(refused, job('running'))).toMatchObject({ name: 'drawing' });
  });
});
