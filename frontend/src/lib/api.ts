/**
 * What every request to the server shares: one error class, the CSRF token, and what happens when the session has ended.
 * Requests go through the generated client (`lib/client.ts`); their functions live in `features/<feature>/api.ts`.
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
