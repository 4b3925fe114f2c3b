import { fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bindShortcuts, shortcutsOnPage } from '@/lib/shortcuts';
import { renderInApp } from '@/lib/testing/render';
import { Viewer } from './Viewer';

const image = { name: 'cat.jpg', file_url: '/cat.jpg', thumbnail_url: '/cat.webp', width: 800, height: 400 };
const seen = () => screen.queryByRole('img', { name: /cat.jpg as the tagger sees it/ });
const picture = () => screen.getByAltText('cat.jpg');

let unbind: () => void;
beforeEach(() => {
  unbind = bindShortcuts();
});
afterEach(() => unbind());

it('shows on a key what the tagger sees, says so, and goes back', async () => {
  renderInApp(<Viewer image={image} modelSize={448} />);
  expect(shortcutsOnPage()).toContainEqual({ keys: 'v', label: 'Show it as the tagger sees it' });
  expect(screen.getByRole('status')).toBeEmptyDOMElement();
  await userEvent.keyboard('v');
  expect(seen()).toHaveAttribute('width', '448');
  expect(seen()).toHaveAttribute('height', '448');
  expect(screen.getByRole('status')).toHaveTextContent('448 px: small watermarks vanish here');
  expect(picture()).toHaveAttribute('aria-hidden', 'true');
  await userEvent.keyboard('v');
  expect(seen()).toBeNull();
  expect(screen.getByRole('status')).toBeEmptyDOMElement();
  expect(picture()).toHaveAttribute('data-now');
});

it('zooms into the square as into the picture', async () => {
  renderInApp(<Viewer image={image} modelSize={448} />);
  await userEvent.keyboard('vz');
  expect(seen()).toHaveAttribute('data-zoomed');
  const { width, height } = seen()?.style ?? {};
  expect([width, height]).toEqual(['800px', '800px']);
  await userEvent.keyboard('v');
  expect([picture().style.width, picture().style.height]).toEqual(['800px', '400px']);
});

it('cannot show what the browser cannot, and is not offered without a tagger', async () => {
  const { unmount } = renderInApp(<Viewer image={image} modelSize={448} />);
  fireEvent.error(picture());
  expect(screen.getByRole('button', { name: 'Show it as the tagger sees it' })).toBeDisabled();
  await userEvent.keyboard('v');
  expect(seen()).toBeNull();
  unmount();
  renderInApp(<Viewer image={image} modelSize={null} />);
  expect(screen.queryByRole('button', { name: 'Show it as the tagger sees it' })).toBeNull();
});
