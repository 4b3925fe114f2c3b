/** How the generated client reaches the server: with the CSRF header, and with `ApiError` for everything but a success. */
import type { CreateClientConfig } from '@/client/client.gen';
import { announceSessionEnded, csrfToken, errorFrom, networkError } from '@/lib/api';

export const createClientConfig: CreateClientConfig = (config) => ({
  ...config,
  baseUrl: window.location.origin,
  credentials: 'same-origin',
  fetch: send,
});

async function send(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  let response: Response;
  try {
    response = await attempt(request.clone());
    if (await isStale(response)) response = await attempt(request);
  } catch (problem) {
    if (request.signal.aborted) throw problem;
    throw networkError();
  }
  if (response.ok) return response;
  // Asking to sign in with a wrong password also answers 401, but then nothing has ended.
  const isSession = new URL(request.url).pathname.startsWith('/api/session');
  if (response.status === 401 && !isSession) announceSessionEnded();
  throw errorFrom(response.status, await response.text());
}

async function attempt(request: Request): Promise<Response> {
  if (request.method !== 'GET') request.headers.set('X-CSRFToken', await freshCsrfToken());
  return globalThis.fetch(request);
}

/** Another answer may bring a new token between reading the cookie and sending it: two first requests do. */
async function isStale(response: Response): Promise<boolean> {
  if (response.status !== 403) return false;
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  return typeof body === 'object' && body !== null && 'code' in body && body.code === 'csrf_failed';
}

/** The first answer of the server brings the token's cookie; a page that has none yet asks for it. */
async function freshCsrfToken(): Promise<string> {
  if (!csrfToken()) await globalThis.fetch(new Request(`${window.location.origin}/api/session`));
  return csrfToken();
}
