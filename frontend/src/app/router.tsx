/** The pages and their addresses. Every page is its own chunk; pages in the frame need somebody signed in. */
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  parseSearchWith,
  redirect,
  stringifySearchWith,
} from '@tanstack/react-router';
import { CrashPage } from '@/app/CrashPage';
import { NotFoundPage } from '@/app/NotFoundPage';
import { PageLoading } from '@/app/PageLoading';
import { Shell } from '@/app/Shell';
import { historySearch } from '@/features/history/filters';
import { vocabularySearch } from '@/features/tags/vocabularySearch';
import { parseValue, words } from '@/lib/address';
import { sessionQuery } from '@/lib/session';

type Context = { queryClient: QueryClient };

const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: NotFoundPage });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { next?: string } =>
    typeof search.next === 'string' ? { next: search.next } : {},
  component: lazyRouteComponent(() => import('@/features/account/SignInPage'), 'SignInPage'),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    if (!session.user) throw redirect({ to: '/sign-in', search: { next: location.href } });
  },
});

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/library' });
  },
});

const library = createRoute({
  getParentRoute: () => shell,
  path: '/library',
  validateSearch: (search: Record<string, unknown>): { q?: string; near?: string } => {
    const near = words(search.near);
    if (near !== '') return { near };
    const q = words(search.q);
    return q === '' ? {} : { q };
  },
  component: lazyRouteComponent(() => import('@/features/library/LibraryPage'), 'LibraryPage'),
});

const upload = createRoute({
  getParentRoute: () => shell,
  path: '/upload',
  component: lazyRouteComponent(() => import('@/features/upload/UploadPage'), 'UploadPage'),
});

const image = createRoute({
  getParentRoute: () => shell,
  path: '/images/$id',
  // The search it was found by: the images before and after it are those of the search.
  validateSearch: (search: Record<string, unknown>): { q?: string } => {
    const q = words(search.q);
    return q === '' ? {} : { q };
  },
  component: lazyRouteComponent(() => import('@/features/images/ImagePage'), 'ImagePage'),
});

const review = createRoute({
  getParentRoute: () => shell,
  path: '/review',
  component: lazyRouteComponent(() => import('@/features/review/ReviewPage'), 'ReviewPage'),
});

const history = createRoute({
  getParentRoute: () => shell,
  path: '/history',
  validateSearch: historySearch,
  component: lazyRouteComponent(() => import('@/features/history/HistoryPage'), 'HistoryPage'),
});

const conflicts = createRoute({
  getParentRoute: () => shell,
  path: '/conflicts',
  validateSearch: (search: Record<string, unknown>): { tag?: string } => {
    const tag = words(search.tag);
    return tag === '' ? {} : { tag };
  },
  component: lazyRouteComponent(() => import('@/features/conflicts/ConflictsPage'), 'ConflictsPage'),
});

const labelImports = createRoute({
  getParentRoute: () => shell,
  path: '/labels/import',
  component: lazyRouteComponent(() => import('@/features/labelImports/LabelImportsPage'), 'LabelImportsPage'),
});

const tryIt = createRoute({
  getParentRoute: () => shell,
  path: '/try',
  validateSearch: (search: Record<string, unknown>): { tagger?: number } => {
    const id = Number(search.tagger);
    return Number.isInteger(id) && id > 0 ? { tagger: id } : {};
  },
  component: lazyRouteComponent(() => import('@/features/tryIt/TryPage'), 'TryPage'),
});

const tags = createRoute({
  getParentRoute: () => shell,
  path: '/tags',
  validateSearch: vocabularySearch,
  component: lazyRouteComponent(() => import('@/features/tags/TagsPage'), 'TagsPage'),
});

const tag = createRoute({
  getParentRoute: () => shell,
  path: '/tag',
  // By name, and not in the path: names may hold slashes and question marks.
  validateSearch: (search: Record<string, unknown>): { name: string } => ({ name: words(search.name) }),
  component: lazyRouteComponent(() => import('@/features/tags/TagPage'), 'TagPage'),
});

const tagFiles = createRoute({
  getParentRoute: () => shell,
  path: '/tags/import',
  component: lazyRouteComponent(() => import('@/features/tags/imports/ImportPage'), 'ImportPage'),
});

const datasets = createRoute({
  getParentRoute: () => shell,
  path: '/datasets',
  component: lazyRouteComponent(() => import('@/features/datasets/DatasetsPage'), 'DatasetsPage'),
});

const taggers = createRoute({
  getParentRoute: () => shell,
  path: '/taggers',
  component: lazyRouteComponent(() => import('@/features/taggers/TaggersPage'), 'TaggersPage'),
});

const run = createRoute({
  getParentRoute: () => shell,
  path: '/taggers/runs/$id',
  component: lazyRouteComponent(() => import('@/features/taggers/RunPage'), 'RunPage'),
});

const progress = createRoute({
  getParentRoute: () => shell,
  path: '/progress',
  component: lazyRouteComponent(() => import('@/features/progress/ProgressPage'), 'ProgressPage'),
});

const jobs = createRoute({
  getParentRoute: () => shell,
  path: '/jobs',
  component: lazyRouteComponent(() => import('@/features/jobs/JobsPage'), 'JobsPage'),
});

const missing = createRoute({ getParentRoute: () => shell, path: '$', component: NotFoundPage });

const tree = root.addChildren([
  signIn,
  shell.addChildren([
    home,
    library,
    upload,
    image,
    review,
    history,
    conflicts,
    labelImports,
    tryIt,
    tags,
    tag,
    tagFiles,
    progress,
    datasets,
    taggers,
    run,
    jobs,
    missing,
  ]),
]);

export function makeRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queryClient },
    parseSearch: parseSearchWith(parseValue),
    stringifySearch: stringifySearchWith(JSON.stringify, parseValue),
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultErrorComponent: CrashPage,
    defaultPendingComponent: PageLoading,
    defaultNotFoundComponent: NotFoundPage,
  });
}
