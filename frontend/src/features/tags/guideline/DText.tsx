import { Table, Text } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import { LinkAnchor } from '@/components/links';
import { TagLink } from '@/components/TagLink';
import { type Block, type Inline, type Item, parseDText } from '@/lib/dtext';
import { t } from '@/lib/i18n';
import classes from './Guideline.module.css';
import { Heading } from './Heading';
import { WebLink } from './WebLink';

const postAddress = 'https://danbooru.donmai.us/posts/';

/** A wiki page as Danbooru writes them. */
export function DText({ source }: { source: string }) {
  const blocks = useMemo(() => parseDText(source), [source]);
  return <Blocks blocks={blocks} />;
}

// The parts of a text never change places: their number is their name.
/* biome-ignore-start lint/suspicious/noArrayIndexKey: see above */
function Blocks({ blocks }: { blocks: Block[] }) {
  return blocks.map((block, index) => <BlockView key={index} block={block} />);
}

function Inlines({ parts }: { parts: Inline[] }) {
  return parts.map((part, index) => <InlineView key={index} part={part} />);
}

function Items({ items }: { items: Item[] }) {
  return (
    <ul>
      {items.map((item, index) => (
        <li key={index}>
          <Inlines parts={item.children} />
          {item.items.length > 0 && <Items items={item.items} />}
        </li>
      ))}
    </ul>
  );
}

function Rows({ rows }: { rows: (Block & { kind: 'table' })['rows'] }) {
  return (
    <Table.ScrollContainer minWidth={0} type="native">
      <Table withTableBorder withColumnBorders fz="sm" verticalSpacing={4}>
        <Table.Tbody>
          {rows.map((row, index) => (
            <Table.Tr key={index}>
              {row.map((cell, column) => (
                <Table.Td key={column} component={cell.head ? 'th' : 'td'}>
                  <Inlines parts={cell.children} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
/* biome-ignore-end lint/suspicious/noArrayIndexKey: see above */

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case 'paragraph':
      return (
        <p>
          <Inlines parts={block.children} />
        </p>
      );
    case 'heading':
      return (
        <Heading level={block.level}>
          <Inlines parts={block.children} />
        </Heading>
      );
    case 'list':
      return <Items items={block.items} />;
    case 'quote':
      return (
        <blockquote>
          <Blocks blocks={block.children} />
        </blockquote>
      );
    case 'spoiler':
      return (
        <details>
          <summary>{t('tags.spoiler')}</summary>
          <Blocks blocks={block.children} />
        </details>
      );
    case 'expand':
      return (
        <details>
          <summary>{block.title || t('tags.expand')}</summary>
          <Blocks blocks={block.children} />
        </details>
      );
    case 'code':
      return (
        <pre>
          <code>{block.text}</code>
        </pre>
      );
    case 'table':
      return <Rows rows={block.rows} />;
    case 'rule':
      return <hr />;
  }
}

function InlineView({ part }: { part: Inline }) {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'break':
      return <br />;
    case 'code':
      return <code>{part.text}</code>;
    case 'tag':
      return part.title === part.name ? (
        <TagLink name={part.name} size="inherit" />
      ) : (
        <LinkAnchor to="/tag" search={{ name: part.name }} inherit>
          {part.title}
        </LinkAnchor>
      );
    case 'search':
      return (
        <LinkAnchor to="/library" search={{ q: part.query }} inherit>
          {part.query}
        </LinkAnchor>
      );
    case 'link':
      return (
        <WebLink href={part.href}>
          <Inlines parts={part.children} />
        </WebLink>
      );
    case 'post':
      return <WebLink href={postAddress + part.id}>{t('tags.post', { id: part.id })}</WebLink>;
    case 'mark':
      return <Marked part={part} />;
  }
}

function Marked({ part }: { part: Inline & { kind: 'mark' } }) {
  const inner = <Inlines parts={part.children} />;
  switch (part.mark) {
    case 'b':
      return <strong>{inner}</strong>;
    case 'i':
      return <em>{inner}</em>;
    case 'u':
      return <u>{inner}</u>;
    case 's':
      return <s>{inner}</s>;
    case 'tn':
      return (
        <Text span size="xs" c="dimmed">
          {inner}
        </Text>
      );
    case 'spoiler':
      return <Spoiler>{inner}</Spoiler>;
  }
}

/** Hidden until it is asked for. */
function Spoiler({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false);
  if (open) return <span className={classes.revealed}>{children}</span>;
  return (
    <button type="button" className={classes.spoiler} onClick={() => setOpen(true)}>
      {t('tags.spoiler')}
    </button>
  );
}
