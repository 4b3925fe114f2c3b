/** Files of labels: sent, looked at, applied, taken back. */
import { type InfiniteData, infiniteQueryOptions, type Query, type QueryClient } from '@tanstack/react-query';
import {
  type Absence,
  type LabelForm,
  type LabelImportRow,
  labelImportsAdd,
  labelImportsApply,
  labelImportsDiscard,
  labelImportsList,
  labelImportsRestore,
  labelImportsRetract,
  type PageLabelImportRow,
} from '@/client';
import { backingOff, watchedPace } from '@/lib/polling';

/** A worker has it in hand. */
export const isBusy = ({ state }: LabelImportRow): boolean => state === 'reading' || state === 'applying';

type Pages = InfiniteData<PageLabelImportRow, string | null>;

export const importsQuery = infiniteQueryOptions({
  queryKey: ['label imports'] as const,
  queryFn: ({ pageParam, signal }) => labelImportsList({ query: { cursor: pageParam }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (last: PageLabelImportRow) => last.next,
  refetchInterval: backingOff<Pages>((data) => data?.pages.some((page) => page.items.some(isBusy)) ?? true, {
    pace: watchedPace,
    stop: true,
  }) as (query: Query<PageLabelImportRow, Error, Pages, readonly ['label imports']>) => number | false,
});

export type NewFile = { file: File; form: LabelForm; absence: Absence };

export const sendFile = ({ file, form, absence }: NewFile): Promise<LabelImportRow> =>
  labelImportsAdd({ query: { form, absence, name: file.name }, body: file });

/** What can be done with an import that is there. */
export const deeds = {
  apply: labelImportsApply,
  discard: labelImportsDiscard,
  retract: labelImportsRetract,
  restore: labelImportsRestore,
} as const;
export type Deed = keyof typeof deeds;

/** Labels change with an import, and with them what every page shows of images. */
export function refreshImports(client: QueryClient): Promise<unknown> {
  const keys = ['label imports', 'jobs', 'overview', 'image', 'images', 'conflicts'];
  return Promise.all(keys.map((key) => client.invalidateQueries({ queryKey: [key] })));
}
