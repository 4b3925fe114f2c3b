const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** "1 hr 5 min": the two largest units, which is as exact as anybody wants to know. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const from = Math.max(
    0,
    units.findIndex(([, length]) => whole >= length),
  );
  const parts: string[] = [];
  let rest = whole;
  for (const [unit, length] of whole === 0 ? units.slice(-1) : units.slice(from, from + 2)) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0 || whole === 0) {
      parts.push(new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay: 'short' }).format(count));
    }
  }
  return parts.join(' ');
}

/** How long a job has been at work; null before it started. */
export function secondsOf(
  job: { started_at: string | null; finished_at: string | null },
  now: number,
): number | null {
  if (job.started_at === null) return null;
  const end = job.finished_at === null ? now : Date.parse(job.finished_at);
  return Math.max(0, (end - Date.parse(job.started_at)) / 1000);
}
