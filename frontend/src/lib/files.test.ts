import { describe, expect, it } from 'vitest';
import { droppedFiles, handOver, isLitter, pickedFrom, takeOver } from '@/lib/files';

type Tree = { [name: string]: Tree | string };

function entry(name: string, node: Tree | string): FileSystemEntry {
  if (typeof node === 'string') {
    const file = (found: (file: File) => void, lost: () => void) =>
      node === 'gone' ? lost() : found(new File([node], name));
    return { name, isFile: true, isDirectory: false, file } as unknown as FileSystemEntry;
  }
  function createReader() {
    const children = Object.entries(node as Tree).map(([child, inner]) => entry(child, inner));
    return { readEntries: (found: (entries: FileSystemEntry[]) => void) => found(children.splice(0, 100)) };
  }
  return { name, isFile: false, isDirectory: true, createReader } as unknown as FileSystemEntry;
}

function drop(tree: Tree): DataTransfer {
  const items = Object.entries(tree).map(([name, node]) => ({
    kind: 'file',
    webkitGetAsEntry: () => entry(name, node),
  }));
  return { items } as unknown as DataTransfer;
}

describe('a drop', () => {
  it('is read to the bottom of its folders, with the paths', async () => {
    const found = await droppedFiles(drop({ 'a.jpg': 'a', set: { 'b.jpg': 'b', deep: { 'c.png': 'c' } } }));
    expect(found.map(({ path }) => path)).toEqual(['a.jpg', 'set/b.jpg', 'set/deep/c.png']);
  });

  it('of a folder with more entries than one reading gives is complete', async () => {
    const set = Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`${n}.jpg`, 'x']));
    expect(await droppedFiles(drop({ set }))).toHaveLength(250);
  });

  it('leaves out the litter of operating systems and files that vanished', async () => {
    const found = await droppedFiles(
      drop({
        '.DS_Store': 'x',
        __MACOSX: { 'a.jpg': 'x' },
        set: { 'Thumbs.db': 'x', 'lost.jpg': 'gone', 'a.jpg': 'a' },
      }),
    );
    expect(found.map(({ path }) => path)).toEqual(['set/a.jpg']);
  });
});

describe('chosen files', () => {
  it('keep the path inside their folder', () => {
    const file = new File(['a'], 'a.jpg');
    Object.defineProperty(file, 'webkitRelativePath', { value: 'set/a.jpg' });
    expect(pickedFrom([file, new File(['b'], 'b.jpg')]).map(({ path }) => path)).toEqual([
      'b.jpg',
      'set/a.jpg',
    ]);
  });

  it('are in the order in which a person counts', () => {
    const files = ['10.jpg', '2.jpg', '1.jpg'].map((name) => new File(['x'], name));
    expect(pickedFrom(files).map(({ path }) => path)).toEqual(['1.jpg', '2.jpg', '10.jpg']);
  });

  it('are handed over once', () => {
    handOver([{ path: 'a.jpg', file: new File(['a'], 'a.jpg') }]);
    expect(takeOver()).toHaveLength(1);
    expect(takeOver()).toHaveLength(0);
  });
});

it('litter is told from images whose names have dots', () => {
  expect(isLitter('set/.hidden/a.jpg')).toBe(true);
  expect(isLitter('a.b.jpg')).toBe(false);
  expect(isLitter('my.folder/a.jpg')).toBe(false);
});
