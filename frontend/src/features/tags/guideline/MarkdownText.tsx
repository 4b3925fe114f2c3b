import Markdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { Heading } from './Heading';
import { WebLink } from './WebLink';

const plugins = [remarkGfm];

/** Links lead to the web only, pictures are links: nothing is loaded from elsewhere by looking at a page. */
const components: Components = {
  a: ({ href = '', children }) => <WebLink href={href}>{children}</WebLink>,
  img: ({ src, alt }) => {
    const address = typeof src === 'string' ? src : '';
    return <WebLink href={address}>{alt || address}</WebLink>;
  },
  h1: ({ children }) => <Heading level={1}>{children}</Heading>,
  h2: ({ children }) => <Heading level={2}>{children}</Heading>,
  h3: ({ children }) => <Heading level={3}>{children}</Heading>,
  h4: ({ children }) => <Heading level={4}>{children}</Heading>,
  h5: ({ children }) => <Heading level={5}>{children}</Heading>,
  h6: ({ children }) => <Heading level={6}>{children}</Heading>,
};

/** A text in Markdown; what is written as HTML is shown as it is written. */
export function MarkdownText({ source }: { source: string }) {
  return (
    <Markdown remarkPlugins={plugins} components={components}>
      {source}
    </Markdown>
  );
}
