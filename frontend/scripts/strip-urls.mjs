// Removes addresses from generated files: funding and registry links from the lockfile, links in the comments of the
// generated client. `npm ci` accepts the stripped lockfile unchanged.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function stripLock() {
  const path = join(root, 'package-lock.json');
  const lock = JSON.parse(readFileSync(path, 'utf8'));
  for (const entry of Object.values(lock.packages)) {
    delete entry.funding;
    delete entry.resolved;
  }
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
}

function stripClient() {
  const folder = join(root, 'src', 'client');
  for (const name of readdirSync(folder, { recursive: true })) {
    if (!name.endsWith('.ts')) continue;
    const path = join(folder, name);
    const text = readFileSync(path, 'utf8');
    const stripped = text.replace(/^(\s*(?:\*|\/\/).*?)https?:\/\/[^\s)}]+/gm, '$1(address)');
    if (stripped !== text) writeFileSync(path, stripped);
  }
}

const strip = { lock: stripLock, client: stripClient }[process.argv[2]];
if (!strip) throw new Error('say what to strip: lock or client');
strip();
