/**
 * How the browser speaks to the server: one error class, the CSRF header, and what happens when the session has ended.
 * Request functions live in `features/<feature>/api.ts`.
 */
import { t } from '@/lib/i18n';

export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    readonly fields: Record<string, string> = {},
  ) {
    super(message);
  }

  /** The request never got an answer: the server is down or the network is gone. */
  get isNetwork(): boolean {
    return this.code === 'network';
  }
}

export type Page<T> = { items: T[]; next: string | null };

type Query = Record<string, string | number | boolean | null | undefined>;
type Options = { query?: Query; body?: unknown; signal?: AbortSignal; keepalive?: boolean };
type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

class Announcement {
  private readonly listeners = new Set<() => void>();
  readonly listen = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly announce = (): void => {
    for (const listener of this.listeners) listener();
  };
}

const sessionEnded = new Announcement();
const sessionRestored = new Announcement();

/** Calls a listener whenever the server says that nobody is signed in any more, or somebody has signed in again. */
export const onSessionEnded = sessionEnded.listen;
export const onSessionRestored = sessionRestored.listen;
export const announceSessionEnded = sessionEnded.announce;
export const announceSessionRestored = sessionRestored.announce;

export function csrfToken(): string {
  const found = /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie);
  return found?.[1] ? decodeURIComponent(found[1]) : '';
}

export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `/api${path}?${text}` : `/api${path}`;
}

/** One request; `T` is what the server answers. Throws `ApiError` for everything that is not a success. */
export async function request<T>(method: Method, path: string, options: Options = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (method !== 'GET') headers['X-CSRFToken'] = csrfToken();
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(address(path, options.query), {
      method,
      headers,
      credentials: 'same-origin',
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: options.signal,
      keepalive: options.keepalive,
    });
  } catch (problem) {
    if (problem instanceof DOMException && problem.name === 'AbortError') throw problem;
    throw networkError();
  }
  const text = await response.text();
  if (!response.ok) {
    const error = errorFrom(response.status, text);
    // Asking to sign in with a wrong password also answers 401, but then nothing has ended.
    if (response.status === 401 && !path.startsWith('/session')) announceSessionEnded();
    throw error;
  }
  return (text ? JSON.parse(text) : undefined) as T;
}

export function networkError(): ApiError {
  return new ApiError('network', t('app.networkLost'), 0);
}

/** The server's own sentence where it gave one, else a sentence for the status. */
export function errorFrom(status: number, text: string): ApiError {
  try {
    const body: unknown = JSON.parse(text);
    if (body && typeof body === 'object' && 'message' in body && typeof body.message === 'string') {
      const { code, fields } = body as { code?: unknown; fields?: unknown };
      return new ApiError(
        typeof code === 'string' ? code : 'error',
        body.message,
        status,
        fields && typeof fields === 'object' ? (fields as Record<string, string>) : {},
      );
    }
  } catch {
    // Not JSON: a proxy's page or an empty body; the status speaks below.
  }
  return new ApiError(`http_${status}`, t('app.serverTrouble', { status: String(status) }), status);
}

export function messageOf(problem: unknown): string {
  return problem instanceof Error ? problem.message : t('app.unknownTrouble');
}
