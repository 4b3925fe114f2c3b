import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { answersPost } from '@/client';

const json = (status: number, body: object) => Response.json(body, { status });
const answers = { body: { answers: [] } };

beforeEach(() => {
  // biome-ignore lint/suspicious/noDocumentCookie: the page reads its token there
  document.cookie = 'csrftoken=old';
});
afterEach(() => vi.unstubAllGlobals());

it('sends again with the new token when another answer changed it meanwhile', async () => {
  const tokens: (string | null)[] = [];
  const fetch = vi.fn(async (request: Request) => {
    tokens.push(request.headers.get('X-CSRFToken'));
    // biome-ignore lint/suspicious/noDocumentCookie: as the browser does with another answer's cookie
    document.cookie = 'csrftoken=new';
    expect(await request.json()).toEqual({ answers: [] });
    return tokens.length === 1
      ? json(403, { code: 'csrf_failed', message: 'Reload.' })
      : json(200, { recorded: 0, repeated: 0 });
  });
  vi.stubGlobal('fetch', fetch);
  expect(await answersPost(answers)).toEqual({ recorded: 0, repeated: 0 });
  expect(tokens).toEqual(['old', 'new']);
});

it('does not send again what was refused for another reason', async () => {
  const fetch = vi.fn(async () => json(403, { code: 'forbidden', message: 'Not for you.' }));
  vi.stubGlobal('fetch', fetch);
  await expect(answersPost(answers)).rejects.toThrow('Not for you.');
  expect(fetch).toHaveBeenCalledTimes(1);
});
