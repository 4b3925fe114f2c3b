import { describe, expect, it } from 'vitest';
import { tagPage } from '../testing';
import { changeOf, type Draft, emptyDraft, type Kind } from './kinds';

const page = tagPage({ subjective: true });
const change = (kind: Kind, draft: Partial<Draft> = {}) =>
  changeOf(kind, page, { ...emptyDraft(page), ...draft });

describe('what was filled in', () => {
  it.each<[Kind, Partial<Draft>, object]>([
    ['rename', { typed: ' pinafore ' }, { to: 'pinafore' }],
    ['alias', { typed: 'pinny' }, { alias: 'pinny' }],
    ['unalias', { chosen: ['pinny'] }, { alias: 'pinny' }],
    ['imply', { chosen: ['clothes'] }, { implied: 'clothes' }],
    ['unimply', { chosen: ['clothes'] }, { implied: 'clothes' }],
    ['merge', { chosen: ['pinafore'] }, { into: 'pinafore' }],
    ['split', { chosen: ['a', 'b'] }, { into: ['a', 'b'] }],
    ['deprecate', {}, {}],
    ['revive', {}, {}],
    ['categorise', { category: 'meta' }, { category: 'meta' }],
    ['flags', { hidden: true }, { hidden: true }],
    ['flags', { subjective: false }, { subjective: false }],
  ])('makes a change: %s of %j', (kind, draft, expected) => {
    expect(change(kind, draft)).toEqual({ kind, tag: 'apron', ...expected });
  });

  it.each<[Kind, Partial<Draft>]>([
    ['rename', { typed: '  ' }],
    ['alias', {}],
    ['unalias', {}],
    ['imply', {}],
    ['merge', {}],
    ['split', { chosen: ['a'] }],
    ['categorise', {}],
    ['flags', {}],
  ])('makes none while something is missing: %s of %j', (kind, draft) => {
    expect(change(kind, draft)).toBeNull();
  });
});
