import '@fontsource-variable/inter/standard.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@/app/global.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from '@/app/App';

// A page opened before an update asks for pieces that are gone: load the new ones, but not again and again.
window.addEventListener('vite:preloadError', (event) => {
  const key = 'labelhub.reloaded';
  if (Date.now() - Number(sessionStorage.getItem(key)) < 30_000) return;
  sessionStorage.setItem(key, String(Date.now()));
  event.preventDefault();
  window.location.reload();
});

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
