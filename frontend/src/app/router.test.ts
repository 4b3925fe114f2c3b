import { createMemoryHistory } from '@tanstack/react-router';
import { describe, expect, it } from 'vitest';
import { vocabularySearch } from '@/features/tags/vocabularySearch';
import { makeQueryClient } from '@/lib/query';
import { sessionQuery } from '@/lib/session';
import { makeRouter } from './router';

function routerAt(address: string) {
  const client = makeQueryClient();
  const actions = ['image.view' as const];
  const user = { id: 1, username: 'somebody', role: 'annotator', actions, has_password: true } as const;
  client.setQueryData(sessionQuery.queryKey, { user: { ...user, actions } });
  const router = makeRouter(client);
  router.update({ ...router.options, history: createMemoryHistory({ initialEntries: [address] }) });
  return router;
}

/** What the page of an address is told. */
const searchAt = (address: string): unknown =>
  routerAt(address).matchRoutes(routerAt(address).latestLocation).at(-1)?.search;

const hostile = [
  ...['fate/grand_order', 'ranma_1/2', 'what?', '2010', '69', '\\m/', ':/', ';)', '007', '1e5', '1.0', '-0'],
  ...[
    'null',
    'true',
    '{}',
    '[]',
    '"quoted"',
    'a"b',
    'a&b=c',
    'a+b',
    '100%',
    '%20',
    '#1',
    'saber_(fate)',
    '長髪',
    '>:)',
  ],
  ...['12345678901234567890', "jeanne_d'arc"],
];

describe('the page of a tag', () => {
  it.each(hostile)('is led to by a link with the name %s', (name) => {
    const { href } = routerAt('/tags').buildLocation({ to: '/tag', search: { name } });
    expect(searchAt(href)).toEqual({ name });
  });

  it.each(hostile.filter((name) => !name.startsWith('"')))(
    'is found when %s is typed into the address',
    (name) => {
      expect(searchAt(`/tag?name=${encodeURIComponent(name)}`)).toEqual({ name });
    },
  );

  it('may be asked for without a name', () => {
    expect(searchAt('/tag')).toEqual({ name: '' });
  });
});

describe('the vocabulary', () => {
  it.each(hostile)('is searched for %s', (q) => {
    const { href } = routerAt('/tags').buildLocation({ to: '/tags', search: { q } });
    expect(searchAt(href)).toEqual({ q });
  });

  it('leaves out what it does not understand', () => {
    expect(vocabularySearch({ category: 'nothing', show: 'all', order: 'name', other: 1 })).toEqual({
      order: 'name',
    });
  });
});

it('the library is searched for a tag that looks like a number', () => {
  const { href } = routerAt('/tags').buildLocation({ to: '/library', search: { q: '2010' } });
  expect(searchAt(href)).toEqual({ q: '2010' });
});
