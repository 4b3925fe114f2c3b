/** No visible text is written into a component: everything goes through `t()`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const source = join(import.meta.dirname, '..');
const spoken = new Set([
  'alt',
  'aria-label',
  'aria-description',
  'aria-roledescription',
  'data-shortcut-label',
  'description',
  'empty',
  'error',
  'label',
  'legend',
  'message',
  'nothingFoundMessage',
  'placeholder',
  'text',
  'title',
]);
const hasLetters = (text: string) => /\p{L}/u.test(text);

function visibleStrings(code: string, name = 'Sample.tsx'): string[] {
  const file = ts.createSourceFile(name, code, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];

  function literals(node: ts.Expression | undefined): void {
    if (!node) return;
    if (ts.isStringLiteralLike(node)) report(node, node.text);
    else if (ts.isTemplateExpression(node)) {
      report(node, node.head.text + node.templateSpans.map((span) => span.literal.text).join(''));
    } else if (ts.isConditionalExpression(node)) {
      literals(node.whenTrue);
      literals(node.whenFalse);
    } else if (ts.isBinaryExpression(node)) {
      if (node.operatorToken.kind !== ts.SyntaxKind.AmpersandAmpersandToken) literals(node.left);
      literals(node.right);
    } else if (ts.isParenthesizedExpression(node)) literals(node.expression);
  }

  function report(node: ts.Node, text: string): void {
    if (!hasLetters(text)) return;
    const { line } = file.getLineAndCharacterOfPosition(node.getStart());
    found.push(`${name}:${line + 1} ${text.trim()}`);
  }

  function visit(node: ts.Node): void {
    if (ts.isJsxText(node)) report(node, node.text);
    else if (ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent)) literals(node.expression);
    else if (ts.isJsxAttribute(node) && spoken.has(node.name.getText())) {
      const value = node.initializer;
      if (value && ts.isStringLiteral(value)) report(value, value.text);
      else if (value && ts.isJsxExpression(value)) literals(value.expression);
    } else if (ts.isPropertyAssignment(node) && !isMessageKey(node.initializer)) {
      const key = ts.isStringLiteral(node.name) ? node.name.text : node.name.getText();
      if (spoken.has(key) && key !== 'alt') literals(node.initializer);
    }
    ts.forEachChild(node, visit);
  }

  visit(file);
  return found;
}

/** A key of the messages ("review.title") is looked up by `t()`, not shown. */
function isMessageKey(node: ts.Expression): boolean {
  return ts.isStringLiteral(node) && /^[a-z]+\w*\.\w+$/.test(node.text);
}

function componentFiles(): string[] {
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.tsx') && !name.includes('.test.') && !name.startsWith('client'))
    .sort();
}

describe('visible strings', () => {
  it.each([
    ['text between tags', '<p>Hello</p>'],
    ['an attribute', '<input placeholder="Search" />'],
    ['a string in braces', "<p>{'Hello'}</p>"],
    ['a branch', "<p>{busy ? 'Wait' : t('app.save')}</p>"],
    ['an attribute in braces', "<Button aria-label={busy ? 'Wait' : 'Go'} />"],
    ['a template', '<p>{`Hello $' + '{name}`}</p>'],
    ['a property of a notification', "show({ message: 'Saved' })"],
  ])('are found as %s', (_, code) => {
    expect(visibleStrings(`const a = () => ${code};`)).not.toEqual([]);
  });

  it.each([
    ['messages', "<p title={t('app.save')}>{t('app.save')}</p>"],
    ['attributes nobody reads', '<Button variant="light" size="xs" color={busy ? "red" : "blue"} />'],
    ['punctuation', '<p>{" · "}</p>'],
    ['keys of messages', "const a = { label: 'app.save' }"],
  ])('leave alone %s', (_, code) => {
    expect(visibleStrings(`const b = () => (${code.startsWith('const') ? '1' : code});`)).toEqual([]);
  });

  it('come from the messages in every component', () => {
    const files = componentFiles();
    expect(files.length).toBeGreaterThan(10);
    const found = files.flatMap((name) => visibleStrings(readFileSync(join(source, name), 'utf8'), name));
    expect(found).toEqual([]);
  });
});
