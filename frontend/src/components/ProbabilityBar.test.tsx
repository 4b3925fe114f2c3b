import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { renderInApp } from '@/lib/testing/render';
import { isOver, isSaid, Percent, ProbabilityBar } from './ProbabilityBar';

const over = { score: 0.41, probability: 0.26, line: 0.25 };
const under = { score: 0.2, probability: 0.1, line: 0.25 };

it('says yes from the line on, by the probability and not by the raw score', () => {
  expect([over, under, { ...over, probability: 0.25 }].map(isOver)).toEqual([true, false, true]);
  expect(isOver({ score: 0.9, probability: 0.2, line: 0.25 } as typeof over)).toBe(false);
});

it('shows the probability, the tag’s own line, and on which side of it that is', () => {
  renderInApp(<ProbabilityBar said={over} />);
  const bar = screen.getByRole('img', {
    name: '26% likely; the tagger says yes from 25% on; raw score .41',
  });
  expect(bar).toHaveAttribute('data-over');
  expect([...bar.children].map((part) => part.getAttribute('style'))).toEqual(['width: 26%;', 'left: 25%;']);
  expect(screen.getByText(/over the line at 25%/)).toHaveTextContent('26% likely, over the line at 25%');
});

it('is drawn another way below the line, and keeps the raw score in a tooltip', () => {
  renderInApp(
    <>
      <ProbabilityBar said={under} small />
      <Percent said={under} />
    </>,
  );
  expect(screen.getByRole('img')).not.toHaveAttribute('data-over');
  expect(screen.getByText('10%')).toHaveAttribute('title', 'raw score .20');
  expect(screen.getByText('10%')).not.toHaveAttribute('data-over');
});

it('shows nothing of a question that no tagger put', () => {
  expect(isSaid({ score: null, probability: null, line: null })).toBe(false);
  expect(isSaid(over)).toBe(true);
});
