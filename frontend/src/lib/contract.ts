/** The types of the server's answers. */
export type { Page } from '@/lib/api';

export type Role = 'annotator' | 'curator' | 'admin';
export type Rating = 'g' | 's' | 'q' | 'e' | '';
export type Domain = 'photo' | 'drawn' | 'other' | '';
export type Category = 'general' | 'artist' | 'copyright' | 'character' | 'meta';
export type Verdict = 'yes' | 'no' | 'unsure';

export type User = { id: number; username: string; role: Role; actions: string[]; has_password: boolean };
export type Session = { user: User | null };

export type Tagger = {
  id: number;
  name: string;
  state: 'registering' | 'refused' | 'candidate' | 'serving' | 'retired';
  origin: 'published' | 'local' | 'untrained';
  message: string;
  sha256: string;
  tags: number;
  width: number;
  image_size: number;
  threshold: number;
  created_at: string;
  images_pretagged: number;
};

export type Job = {
  id: number;
  kind: string;
  title: string;
  state: 'queued' | 'running' | 'done' | 'failed';
  done: number;
  total: number;
  error: string;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
};

export type Hub = { state: 'have' | 'unreachable' | 'fetching' | 'unknown'; message: string };
export type Overview = {
  images: number;
  pretagged: number;
  images_to_review: number;
  open_questions: number;
  answers: number;
  answers_today: number;
  active_jobs: number;
  tagger: Tagger | null;
  hub: Hub;
};

export type ImageCard = {
  id: number;
  name: string;
  width: number;
  height: number;
  rating: Rating;
  domain: Domain;
  created_at: string;
  thumbnail_url: string;
  file_url: string;
  pretagged: boolean;
  near_duplicates: number;
  positives: number;
  negatives: number;
};
export type ImageLabel = { tag: string; state: 'positive' | 'negative' | 'conflicting'; source: string };
export type Suggestion = { tag: string; score: number; state: string };
export type ImageAnswer = {
  id: string;
  tag: string;
  verdict: Verdict;
  by: string;
  at: string;
  retracted: boolean;
};
export type ImageDetail = ImageCard & {
  sha256: string;
  phash: string;
  phash_algorithm: string;
  format: string;
  bytes: number;
  source: string;
  licence: string;
  labels: ImageLabel[];
  suggestions: Suggestion[];
  duplicates: { image: ImageCard; distance: number }[];
  answers: ImageAnswer[];
};

export type UploadFacts = { source: string; licence: string; rating: Rating; domain: Domain };
export type Upload = UploadFacts & {
  id: number;
  expected: number;
  created_at: string;
  closed: boolean;
  received: number;
  waiting: number;
  stored: number;
  duplicates: number;
  rejected: number;
  sidecars: number;
};
export type UploadFile = {
  id: number;
  path: string;
  state: 'waiting' | 'stored' | 'duplicate' | 'rejected' | 'archive' | 'sidecar';
  message: string;
  image_id: number | null;
  near_duplicates: number;
};

export type Tag = { id: number; name: string; category: Category };
export type Question = { tag: string; category: Category; score: number; reason: string };
export type Card = {
  image: ImageCard;
  questions: Question[];
  suggestions: { tag: string; score: number }[];
  lease_until: string;
};
export type Cards = { cards: Card[]; tagger: Tagger | null; images_left: number; questions_left: number };
export type Answer = {
  id: string;
  image_id: number;
  tag: string;
  verdict: Verdict;
  at_full_size: boolean;
  seconds: number;
  view: 'card' | 'image';
  shown: { tagger_id: number | null; score: number | null; position: number | null; questions: number };
};
export type Progress = {
  answers: number;
  answers_today: number;
  mine: number;
  mine_today: number;
  images_left: number;
  questions_left: number;
};

export type Dataset = {
  id: number;
  name: string;
  state: 'queued' | 'building' | 'ready' | 'failed';
  error: string;
  sha256: string;
  created_at: string;
  created_by: string;
  images: number;
  train_images: number;
  validation_images: number;
  positives: number;
  negatives: number;
  tags: number;
  seed: number;
  files: { name: string; bytes: number; url: string }[];
};
