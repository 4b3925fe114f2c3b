// Cards and replies for the tests of this folder.
import type {
  AnswerIn,
  CardRow,
  Cards,
  CompletedTag,
  Overview,
  SessionUser,
  TaggerRow,
  Verdict,
} from '@/client';

let made = 0;

export function card(id: number, tags: string[] = ['apron', 'bow'], suggestions: string[] = []): CardRow {
  return {
    image: {
      id,
      name: `image-${id}.jpg`,
      width: 800,
      height: 600,
      rating: 'g',
      domain: 'photo',
      created_at: '2026-01-01T00:00:00Z',
      thumbnail_url: `/files/${id}-small.webp`,
      file_url: `/files/${id}.jpg`,
      pretagged: true,
      near_duplicates: 0,
      positives: 0,
      negatives: 0,
    },
    questions: tags.map((tag, index) => ({
      tag,
      category: 'general',
      score: (40 + index) / 100,
      probability: (25 + index) / 100,
      line: 0.25,
      reason: 'Near the line',
      guideline_version: 2,
    })),
    suggestions: suggestions.map((tag) => ({
      tag,
      category: 'general',
      score: 0.97,
      probability: 0.98,
      line: 0.25,
      state: null,
    })),
    lease_until: new Date(Date.now() + 600_000).toISOString(),
  };
}

export const completed = (name: string, more: Partial<CompletedTag> = {}): CompletedTag => ({
  name,
  alias: '',
  category: 'general',
  posts: 1200,
  deprecated: false,
  ...more,
});

export const tagger: TaggerRow = {
  id: 3,
  name: 'JoyTag',
  state: 'serving',
  origin: 'published',
  message: '',
  about: '',
  run_id: null,
  sha256: 'ab'.repeat(32),
  tags: 5813,
  width: 768,
  image_size: 448,
  threshold: 0.4,
  created_at: '2026-01-01T00:00:00Z',
  images_pretagged: 10,
  images_total: 10,
  runtime: null,
};

export function cards(...dealt: CardRow[]): Cards {
  return { cards: dealt, tagger, images_left: dealt.length, questions_left: dealt.length * 2 };
}

export function given(verdict: Verdict, id = `answer-${++made}`, seconds = 1) {
  return { id, verdict, atFullSize: false, seconds, how: 'asked' as const };
}

export function body(id: string, imageId = 1, tag = 'apron', verdict: Verdict = 'yes'): AnswerIn {
  return {
    id,
    image_id: imageId,
    tag,
    verdict,
    at_full_size: false,
    seconds: 1,
    view: 'card',
    how: 'asked',
    shown: { tagger_id: 3, score: 0.4, probability: 0.25, position: 0, questions: 2 },
  };
}

export class Refusal extends Error {
  constructor(
    readonly status: number,
    message = `status ${status}`,
  ) {
    super(message);
  }
}

/** A server that records an answer once, however often it comes. */
export class Server {
  recorded = new Map<string, AnswerIn>();
  retracted: string[] = [];
  requests: string[][] = [];
  trouble: ((answers: AnswerIn[]) => Error | null) | null = null;

  send = async (answers: AnswerIn[]) => {
    this.requests.push(answers.map((answer) => answer.id));
    const problem = this.trouble?.(answers);
    if (problem) throw problem;
    for (const answer of answers) this.recorded.set(answer.id, answer);
  };

  retract = async (id: string) => {
    if (!this.recorded.has(id)) throw new Refusal(404);
    this.retracted.push(id);
  };
}

export const person = (id: number): SessionUser => ({
  id,
  username: `person-${id}`,
  role: 'annotator',
  actions: ['image.view', 'answer', 'tagger.view', 'job.view'],
  has_password: true,
});

export const overview = (figures: Partial<Overview> = {}): Overview => ({
  images: 1,
  pretagged: 1,
  images_to_review: 1,
  open_questions: 1,
  answers: 0,
  answers_today: 0,
  active_jobs: 0,
  tagger,
  hub: { state: 'have', message: '' },
  ...figures,
});
