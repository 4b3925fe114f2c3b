/** What changed between two texts, line by line. */
export type Line = { kind: 'same' | 'added' | 'removed'; text: string };

/** More pairs of lines than this are not compared: the old ones are shown as removed, the new ones as added. */
const mostPairs = 4_000_000;

export function lineDiff(before: string, after: string): Line[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  const least = Math.min(old.length, now.length) - head;
  while (tail < least && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  return [
    ...old.slice(0, head).map((text) => line('same', text)),
    ...middle(old.slice(head, old.length - tail), now.slice(head, now.length - tail)),
    ...old.slice(old.length - tail).map((text) => line('same', text)),
  ];
}

/** Without the long stretches where nothing changed: `null` stands for what was left out. */
export function shortened(lines: readonly Line[], around = 2): (Line | null)[] {
  const near = lines.map(() => false);
  lines.forEach(({ kind }, place) => {
    if (kind === 'same') return;
    const last = Math.min(lines.length - 1, place + around);
    for (let index = Math.max(0, place - around); index <= last; index += 1) near[index] = true;
  });
  const shown: (Line | null)[] = [];
  lines.forEach((entry, place) => {
    if (near[place]) shown.push(entry);
    else if (shown.at(-1) !== null) shown.push(null);
  });
  return shown;
}

const line = (kind: Line['kind'], text: string): Line => ({ kind, text });

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\r\n?/g, '\n').split('\n'));

/** By the longest common subsequence. */
function middle(old: string[], now: string[]): Line[] {
  if (old.length * now.length > mostPairs) {
    return [...old.map((text) => line('removed', text)), ...now.map((text) => line('added', text))];
  }
  const width = now.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  const at = (row: number, column: number) => common[row * width + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row -= 1) {
    for (let column = now.length - 1; column >= 0; column -= 1) {
      common[row * width + column] =
        old[row] === now[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < old.length || column < now.length) {
    const [gone, come] = [old[row], now[column]];
    if (gone !== undefined && gone === come) {
      lines.push(line('same', gone));
      row += 1;
      column += 1;
    } else if (gone !== undefined && (come === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push(line('removed', gone));
      row += 1;
    } else if (come !== undefined) {
      lines.push(line('added', come));
      column += 1;
    }
  }
  return lines;
}
