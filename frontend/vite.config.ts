import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const server = process.env.LABELHUB_SERVER ?? 'http://127.0.0.1:8000';

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: {
    port: 5173,
    strictPort: true,
    // The address that the browser asked is kept: Django compares it with where a request says it comes from.
    proxy: { '/api': { target: server, changeOrigin: false } },
  },
  build: {
    target: 'es2023',
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'mantine', test: /node_modules\/(@mantine\/(?!charts)|@floating-ui)/ },
            { name: 'vendor', test: /node_modules\/(react|react-dom|scheduler|@tanstack)\// },
          ],
        },
      },
    },
  },
  test: {
    environment: 'jsdom',
    // A window is made once a process, not once a file: a third of the time.
    pool: 'vmThreads',
    vmMemoryLimit: '1GB',
    globals: false,
    setupFiles: ['./src/lib/testing/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
    // A busy machine draws a whole page in more than a second, and a test draws many.
    testTimeout: 30_000,
  },
});
