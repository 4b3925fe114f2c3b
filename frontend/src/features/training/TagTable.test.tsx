import { screen } from '@testing-library/react';
import userEvent, { PointerEventsCheckLevel } from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { TagFigures } from '@/client';
import { openPage } from '@/lib/testing/page';
import { rowsOfAPage, TagTable } from './TagTable';

const tags = (count: number): TagFigures[] =>
  Array.from({ length: count }, (_, place) => {
    const f1 = place / count;
    return {
      tag: `tag_${String(place).padStart(4, '0')}`,
      pairs: place,
      yes: 0,
      positives: 3,
      before: { precision: 0, recall: 0, f1: 0 },
      after: { precision: f1, recall: f1, f1 },
    };
  });
const user = userEvent.setup({ pointerEventsCheck: PointerEventsCheckLevel.Never });
// By selector and label: asking hundreds of cells for their roles takes seconds.
const rowNames = () => [...document.querySelectorAll('th[scope="row"]')].map((cell) => cell.textContent);
const head = (name: string) => screen.getByText(name, { selector: 'th *' });

async function open(count: number) {
  const given = tags(count);
  openPage(() => <TagTable tags={given} />, []);
  await screen.findByLabelText('Page 2');
}

it('shows a thousand tags a page at a time, the largest gain first', async () => {
  await open(1000);
  expect(rowNames()).toHaveLength(rowsOfAPage);
  expect(rowNames()[0]).toBe('tag_0999');
  await user.click(screen.getByLabelText('Page 2'));
  expect(rowNames()[0]).toBe('tag_0974');
});

it('leads to the page of a tag', async () => {
  await open(120);
  expect(document.querySelector('th[scope="row"] a')).toHaveAttribute('href', '/tag?name=tag_0119');
});

it('sorts by a click on a head, says so, and goes back to the first page', async () => {
  await open(120);
  await user.click(screen.getByLabelText('Page 3'));
  await user.click(head('Change'));
  expect(rowNames()[0]).toBe('tag_0000');
  expect(head('Change').closest('th')).toHaveAttribute('aria-sort', 'ascending');
  await user.click(head('Answers'));
  expect(rowNames()[0]).toBe('tag_0119');
  expect(head('Change').closest('th')).not.toHaveAttribute('aria-sort');
});

it('searches from the first page on', async () => {
  await open(120);
  await user.click(screen.getByLabelText('Page 3'));
  await user.type(screen.getByLabelText('Find a tag'), '0007');
  expect(rowNames()).toEqual(['tag_0007']);
  await user.type(screen.getByLabelText('Find a tag'), 'x');
  expect(document.querySelector('table')).toBeNull();
  expect(screen.getByText('No tag is called that.')).toBeVisible();
});
