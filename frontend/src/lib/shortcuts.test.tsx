import { fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bindShortcuts, shortcut, shortcutsOnPage } from '@/lib/shortcuts';

let unbind = () => {};
beforeEach(() => {
  unbind = bindShortcuts();
});
afterEach(() => unbind());

function press(key: string, init: KeyboardEventInit = {}, target: Element = document.body) {
  fireEvent.keyDown(target, { key, ...init });
}

function button(keys: string, onClick: () => void, rest: object = {}) {
  return (
    <button type="button" onClick={onClick} {...shortcut(keys, `does ${keys}`)} {...rest}>
      {keys}
    </button>
  );
}

describe('a shortcut', () => {
  it('clicks the element that declares it', () => {
    const yes = vi.fn();
    render(button('y', yes));
    press('y');
    press('n');
    expect(yes).toHaveBeenCalledTimes(1);
  });

  it('has alternatives, and knows arrows and shifted signs', () => {
    const go = vi.fn();
    const help = vi.fn();
    render(
      <>
        {button('a,ArrowRight', go)}
        {button('?', help)}
      </>,
    );
    press('a');
    press('ArrowRight');
    press('?', { shiftKey: true });
    expect(go).toHaveBeenCalledTimes(2);
    expect(help).toHaveBeenCalledTimes(1);
  });

  it('works on a keyboard of another script by the place of the key', () => {
    const yes = vi.fn();
    render(button('y', yes));
    press('н', { code: 'KeyY' });
    expect(yes).toHaveBeenCalledTimes(1);
  });

  it('with a modifier is another one than without', () => {
    const undo = vi.fn();
    render(button('ctrl+z', undo));
    press('z');
    expect(undo).not.toHaveBeenCalled();
    press('z', { ctrlKey: true });
    press('z', { metaKey: true });
    expect(undo).toHaveBeenCalledTimes(2);
  });

  it('can be a sequence', () => {
    const library = vi.fn();
    render(button('g l', library));
    press('l');
    expect(library).not.toHaveBeenCalled();
    press('g');
    press('l');
    expect(library).toHaveBeenCalledTimes(1);
    press('l');
    expect(library).toHaveBeenCalledTimes(1);
  });

  it('rests while a person types', () => {
    const yes = vi.fn();
    render(
      <>
        {button('y', yes)}
        <input aria-label="text" />
        <textarea aria-label="area" />
        <input type="checkbox" aria-label="box" />
      </>,
    );
    press('y', {}, screen.getByLabelText('text'));
    press('y', {}, screen.getByLabelText('area'));
    expect(yes).not.toHaveBeenCalled();
    press('y', {}, screen.getByLabelText('box'));
    expect(yes).toHaveBeenCalledTimes(1);
  });

  it('with ctrl and Enter works while a person types as well', () => {
    const send = vi.fn();
    render(
      <>
        {button('ctrl+Enter', send)}
        <input aria-label="text" />
      </>,
    );
    press('Enter', {}, screen.getByLabelText('text'));
    expect(send).not.toHaveBeenCalled();
    press('Enter', { ctrlKey: true }, screen.getByLabelText('text'));
    expect(send).toHaveBeenCalledTimes(1);
  });

  it('of the page rests while a dialog is open above it', () => {
    const below = vi.fn();
    const above = vi.fn();
    const { rerender } = render(
      <>
        {button('y', below)}
        <div role="dialog" aria-modal="true">
          {button('n', above)}
        </div>
      </>,
    );
    press('y');
    press('n');
    expect(below).not.toHaveBeenCalled();
    expect(above).toHaveBeenCalledTimes(1);
    rerender(button('y', below));
    press('y');
    expect(below).toHaveBeenCalledTimes(1);
  });

  it('on Escape rests while a menu is open', () => {
    const back = vi.fn();
    const { rerender } = render(
      <>
        {button('Escape', back)}
        <div role="menu" />
      </>,
    );
    press('Escape');
    expect(back).not.toHaveBeenCalled();
    rerender(button('Escape', back));
    press('Escape');
    expect(back).toHaveBeenCalledTimes(1);
  });

  it('does nothing on a disabled control, and does not repeat while held', () => {
    const off = vi.fn();
    const on = vi.fn();
    const held = vi.fn();
    render(
      <>
        {button('x', off, { disabled: true })}
        {button('y', on)}
        {button('ArrowDown', held, { 'data-shortcut-repeat': '' })}
      </>,
    );
    press('x');
    press('y', { repeat: true });
    press('ArrowDown', { repeat: true });
    expect(off).not.toHaveBeenCalled();
    expect(on).not.toHaveBeenCalled();
    expect(held).toHaveBeenCalledTimes(1);
  });

  it('leaves Enter to the control that has the focus', () => {
    const accept = vi.fn();
    render(
      <>
        {button('Enter', accept)}
        <a href="#elsewhere">elsewhere</a>
      </>,
    );
    press('Enter', {}, screen.getByText('elsewhere'));
    expect(accept).not.toHaveBeenCalled();
    press('Enter');
    expect(accept).toHaveBeenCalledTimes(1);
  });

  it('on a text field or a list moves the focus there', () => {
    render(
      <>
        <input aria-label="filter" {...shortcut('/', 'filter')} />
        <div data-testid="list" tabIndex={-1} data-shortcut-focus="" {...shortcut('ArrowDown', 'move')} />
      </>,
    );
    press('/');
    expect(screen.getByLabelText('filter')).toHaveFocus();
    screen.getByLabelText('filter').blur();
    press('ArrowDown');
    expect(screen.getByTestId('list')).toHaveFocus();
  });
});

describe('the help', () => {
  it('lists what can be pressed now', () => {
    render(
      <>
        {button('y', () => {})}
        {button('x', () => {}, { disabled: true })}
      </>,
    );
    expect(shortcutsOnPage()).toEqual([{ keys: 'y', label: 'does y' }]);
  });
});
