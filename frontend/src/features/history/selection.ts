/** Which rows are chosen (pure). */
export type Selection = { ids: ReadonlySet<string>; last: string | null };
export const nothing: Selection = { ids: new Set(), last: null };

/** Chooses one row or lets go of it; with `range` all those from the one chosen last to it get what it gets. */
export function toggled(before: Selection, id: string, rows: readonly string[], range: boolean): Selection {
  const ids = new Set(before.ids);
  const on = !ids.has(id);
  const [from, to] = [before.last === null ? -1 : rows.indexOf(before.last), rows.indexOf(id)];
  const touched = range && from >= 0 ? rows.slice(Math.min(from, to), Math.max(from, to) + 1) : [id];
  for (const each of touched) {
    if (on) ids.add(each);
    else ids.delete(each);
  }
  return { ids, last: id };
}
