import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type Action,
  jobsList,
  overview as overviewGet,
  type RunRow,
  runsList,
  runsStart,
  type TaggerRow,
  taggersList,
  taggersPromote,
  taggersReconsider,
  taggersRefuse,
  taggersStay,
} from '@/client';
import { overview, tagger } from '@/features/review/testing';
import { ApiError } from '@/lib/api';
import { openPage } from '@/lib/testing/page';
import { TaggersPage } from './TaggersPage';

vi.mock('@/client', { spy: true });

const serving: TaggerRow = {
  ...tagger,
  id: 1,
  name: 'Starter',
  origin: 'starter',
  about: 'Trained on scenes.',
};
const taught: TaggerRow = {
  ...tagger,
  id: 2,
  name: 'Starter 2',
  origin: 'taught',
  state: 'candidate',
  about: 'Taught by 40 answers.',
  run_id: 5,
};
const run: RunRow = {
  id: 5,
  state: 'done',
  message: '',
  base: { id: 1, name: 'Starter', state: 'serving' },
  candidate: { id: 2, name: 'Starter 2', state: 'candidate' },
  by: 'somebody',
  pairs: 40,
  images: 20,
  people: 2,
  tags_taught: 6,
  scenes: [
    { group: 'all', images: 1000, tags: 80, before: 0.612, after: 0.645 },
    { group: 'photo', images: 200, tags: 70, before: 0.31, after: 0.298 },
  ],
  unseen: { pairs: 40, before: 0.871, after: 0.912 },
  created_at: '2026-01-01T00:00:00Z',
  finished_at: '2026-01-01T00:01:00Z',
};
const ADMIN: Action[] = ['tagger.view', 'tagger.train', 'tagger.manage', 'job.view'];
const CURATOR: Action[] = ['tagger.view', 'tagger.train', 'job.view'];
const READER: Action[] = ['tagger.view', 'job.view'];

let taggers: TaggerRow[];
let runs: RunRow[];

beforeEach(() => {
  vi.clearAllMocks();
  taggers = [serving, taught];
  runs = [run];
  vi.mocked(taggersList).mockImplementation(async () => ({ items: taggers, next: null }));
  vi.mocked(runsList).mockImplementation(async () => ({ items: runs, next: null }));
  vi.mocked(jobsList).mockResolvedValue({ items: [], next: null });
  vi.mocked(overviewGet).mockResolvedValue(overview({ images: 10, answers: 40, tagger: serving }));
});

const card = (name: string) => screen.findByRole('article', { name });

describe('a candidate', () => {
  it('says what it was trained on and what it made better or worse', async () => {
    openPage(TaggersPage, READER);
    const shown = await card('Starter 2');
    expect(shown).toHaveTextContent('Taught by 40 answers.');
    expect(within(shown).getByRole('row', { name: /All scenes/ })).toHaveTextContent(
      '0.6120.645better: +0.033',
    );
    expect(within(shown).getByRole('row', { name: /Photos/ })).toHaveTextContent('worse: −0.012');
    expect(within(shown).getByRole('row', { name: /Unseen/ })).toHaveTextContent('better: +4.1 pts');
  });

  it('has its figures also when its run was last seen under way', async () => {
    const underWay: RunRow = { ...run, state: 'running', candidate: null, scenes: [], unseen: null };
    vi.mocked(runsList).mockResolvedValueOnce({ items: [underWay], next: null });
    openPage(TaggersPage, READER);
    expect(within(await card('Starter 2')).queryByText(/There are no figures/)).toBeNull();
    expect(await screen.findByRole('row', { name: /All scenes/ }, { timeout: 900 })).toBeVisible();
  });

  it('can be refused with a reason, and that undone from the notification', async () => {
    vi.mocked(taggersRefuse).mockImplementation(async () => {
      const refused = { ...taught, state: 'refused', message: 'Refused by somebody: worse.' } as const;
      taggers = [serving, refused];
      return refused;
    });
    vi.mocked(taggersReconsider).mockImplementation(async () => {
      taggers = [serving, taught];
      return taught;
    });
    openPage(TaggersPage, ADMIN);
    await userEvent.click(within(await card('Starter 2')).getByRole('button', { name: 'Refuse' }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.type(within(dialog).getByLabelText('Reason'), ' worse ');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Refuse' }));
    expect(vi.mocked(taggersRefuse).mock.calls[0]?.[0]).toMatchObject({
      path: { tagger_id: 2 },
      body: { reason: 'worse' },
    });
    expect(await screen.findByText('Refused by somebody: worse.')).toBeVisible();
    expect(within(await card('Starter 2')).getByRole('button', { name: 'Reconsider' })).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
    expect(await screen.findByText('“Starter 2” is a candidate again.')).toBeVisible();
    expect(within(await card('Starter 2')).getByRole('button', { name: 'Refuse' })).toBeVisible();
  });

  it('keeps the dialog open with the sentence of the server when it cannot be refused', async () => {
    vi.mocked(taggersRefuse).mockRejectedValue(new ApiError('conflict', 'It has moved on.', 409));
    openPage(TaggersPage, ADMIN);
    await userEvent.click(within(await card('Starter 2')).getByRole('button', { name: 'Refuse' }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Refuse' }));
    expect(await within(dialog).findByText('It has moved on.')).toBeVisible();
  });

  it('serves after a question that says nothing is looked at anew', async () => {
    vi.mocked(taggersPromote).mockImplementation(async () => {
      const now = { ...taught, state: 'serving' } as const;
      taggers = [{ ...serving, state: 'retired' }, now];
      return now;
    });
    openPage(TaggersPage, ADMIN);
    await userEvent.click(within(await card('Starter 2')).getByRole('button', { name: 'Let it serve' }));
    const dialog = await screen.findByRole('dialog');
    expect(dialog).toHaveTextContent('no image has to be looked at anew');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Let it serve' }));
    expect(await screen.findByText(/questions are being ranked again/)).toBeVisible();
    expect(within(await card('Starter')).getByRole('button', { name: 'Let it serve' })).toBeVisible();
  });

  it('is decided by administrators alone', async () => {
    openPage(TaggersPage, CURATOR);
    const shown = await card('Starter 2');
    expect(shown).toHaveTextContent('An administrator decides');
    expect(within(shown).queryByRole('button', { name: /serve|Refuse/ })).toBeNull();
  });
});

describe('a tagger that gets ready', () => {
  const warming: TaggerRow = {
    ...taught,
    state: 'warming',
    images_pretagged: 437,
    images_total: 1200,
    runtime: { name: 'OpenVINO', device: 'Xeon', images_per_second: 3.4, agreement: 0.0012 },
  };
  beforeEach(() => {
    taggers = [serving, warming];
  });

  it('says how far it is, who serves meanwhile, and how it runs', async () => {
    openPage(TaggersPage, READER);
    const shown = await card('Starter 2');
    expect(shown).toHaveTextContent('Getting ready');
    const bar = within(shown).getByRole('progressbar', { name: '437 of 1,200 images looked at' });
    expect(Number(bar.getAttribute('aria-valuenow'))).toBeCloseTo(36.4, 1);
    expect(await within(shown).findByText(/“Starter” keeps serving until then/)).toBeVisible();
    expect(shown).toHaveTextContent('OpenVINO on Xeon: 3.4 images/s, within 0.0012 of full precision');
    expect(within(shown).queryByRole('button', { name: /Stop/ })).toBeNull();
  });

  it('is stopped, and is a candidate again', async () => {
    vi.mocked(taggersStay).mockImplementation(async () => {
      taggers = [serving, taught];
      return taught;
    });
    openPage(TaggersPage, ADMIN);
    const stop = { name: 'Stop getting “Starter 2” ready' };
    await userEvent.click(within(await card('Starter 2')).getByRole('button', stop));
    expect(vi.mocked(taggersStay).mock.calls[0]?.[0]).toMatchObject({ path: { tagger_id: 2 } });
    expect(await screen.findByText(/“Starter 2” stays a candidate/)).toBeVisible();
    expect(within(await card('Starter 2')).getByRole('button', { name: 'Let it serve' })).toBeVisible();
  });

  it('is what promoting makes of one that has not seen every image', async () => {
    taggers = [serving, { ...taught, images_pretagged: 3 }];
    vi.mocked(taggersPromote).mockImplementation(async () => {
      taggers = [serving, warming];
      return warming;
    });
    openPage(TaggersPage, ADMIN);
    await userEvent.click(within(await card('Starter 2')).getByRole('button', { name: 'Let it serve' }));
    const dialog = await screen.findByRole('dialog');
    expect(dialog).toHaveTextContent('the tagger that serves now keeps serving');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Let it serve' }));
    expect(await screen.findByText('“Starter 2” gets ready.')).toBeVisible();
    expect(await within(await card('Starter 2')).findByText('Getting ready')).toBeVisible();
  });
});

it('offers to reconsider only what a person refused', async () => {
  taggers = [
    serving,
    { ...taught, state: 'refused', message: 'Refused by somebody.' },
    { ...taught, id: 3, name: 'Broken', state: 'refused', width: 0, run_id: null },
  ];
  openPage(TaggersPage, ADMIN);
  expect(within(await card('Starter 2')).getByRole('button', { name: 'Reconsider' })).toBeVisible();
  expect(within(await card('Broken')).queryByRole('button', { name: 'Reconsider' })).toBeNull();
});

it('says plainly what the starter is for', async () => {
  openPage(TaggersPage, READER);
  expect(await screen.findByText(/not for real pictures/)).toBeVisible();
});

describe('teaching', () => {
  const button = () => screen.queryByRole('button', { name: 'Retrain from answers' });

  it('is started by a button, runs, and tells when there is a candidate', async () => {
    runs = [];
    taggers = [serving];
    vi.mocked(runsStart).mockImplementation(async () => {
      const queued: RunRow = { ...run, state: 'queued', candidate: null, scenes: [], unseen: null };
      runs = [queued];
      return queued;
    });
    const client = openPage(TaggersPage, CURATOR);
    expect(await screen.findByText('40 answers wait to be learned from')).toBeVisible();
    await userEvent.click(await screen.findByRole('button', { name: 'Retrain from answers' }));
    expect(await screen.findByText('Retraining waits for a worker')).toBeVisible();
    expect(button()).toBeNull();
    runs = [run];
    taggers = [serving, taught];
    await client.invalidateQueries({ queryKey: ['training'] });
    expect(await screen.findByText('Retraining is done: “Starter 2” is a candidate now.')).toBeVisible();
    expect(await card('Starter 2')).toBeVisible();
  });

  it('shows why it cannot be started now', async () => {
    vi.mocked(runsStart).mockRejectedValue(new ApiError('conflict', 'Nothing to learn from yet.', 409));
    openPage(TaggersPage, CURATOR);
    await userEvent.click(await screen.findByRole('button', { name: 'Retrain from answers' }));
    expect((await screen.findByText('Nothing to learn from yet.')).closest('[role=alert]')).toBeVisible();
    expect(button()).toBeEnabled();
  });

  it('shows why the last one failed, and tries again', async () => {
    runs = [{ ...run, state: 'failed', candidate: null, message: 'Out of memory.' }];
    vi.mocked(runsStart).mockResolvedValue({ ...run, id: 6, state: 'queued' });
    openPage(TaggersPage, CURATOR);
    expect(await screen.findByText('Out of memory.')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(runsStart).toHaveBeenCalledTimes(1);
  });

  it('has no button for those who may not, and none without answers', async () => {
    openPage(TaggersPage, READER);
    expect(await screen.findByText(/A curator can retrain/)).toBeVisible();
    expect(button()).toBeNull();
  });

  it('sends to the review while nothing is answered', async () => {
    runs = [];
    vi.mocked(overviewGet).mockResolvedValue(overview({ images: 10, answers: 0, tagger: serving }));
    openPage(TaggersPage, CURATOR);
    expect(await screen.findByText(/Nothing has been answered yet/)).toBeVisible();
    expect(button()).toBeNull();
  });
});
