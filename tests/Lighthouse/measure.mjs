// Measures pages with Lighthouse's throttled mobile profile and says whether each reaches its scores.
//   node measure.mjs CHROMIUM FOLDER ADDRESS PATH…
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [chromium, folder, address, ...paths] = process.argv.slice(2);
// The libraries are where bin/lighthouse put them, not beside this file.
const require = createRequire(join(process.cwd(), 'package.json'));
const { default: lighthouse } = await import(pathToFileURL(require.resolve('lighthouse')));
const { launch } = await import(pathToFileURL(require.resolve('chrome-launcher')));

const LEAST = 0.95;
const BYTES_MAX = 60 * 1024;
mkdirSync(folder, { recursive: true });

const chrome = await launch({
  chromePath: chromium,
  chromeFlags: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
});
let failed = false;
try {
  for (const path of paths) {
    const { lhr, report } = await lighthouse(address + path, {
      port: chrome.port, output: 'html', logLevel: 'error',
      onlyCategories: ['performance', 'accessibility', 'best-practices', 'seo'],
    });
    const name = path.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '') || 'home';
    writeFileSync(join(folder, `${name}.html`), report);
    const scores = Object.values(lhr.categories).map(category => `${category.title} ${Math.round(category.score * 100)}`);
    const bytes = lhr.audits['total-byte-weight'].numericValue;
    console.log(`${path}\n  ${scores.join(' · ')}`);
    console.log(`  largest paint ${(lhr.audits['largest-contentful-paint'].numericValue / 1000).toFixed(2)} s · shift `
      + `${lhr.audits['cumulative-layout-shift'].numericValue.toFixed(3)} · ${(bytes / 1024).toFixed(1)} KB`);
    for (const category of Object.values(lhr.categories)) {
      if (category.score >= LEAST) continue;
      failed = true;
      for (const { id, weight } of category.auditRefs) {
        const audit = lhr.audits[id];
        if (weight > 0 && audit.score !== null && audit.score < 0.9)
          console.log(`    ${category.title}: ${audit.title} ${audit.displayValue ?? ''}`);
      }
    }
    if (path.includes('/sales/') && bytes > BYTES_MAX) {
      failed = true;
      console.log(`    the sale page weighs more than ${BYTES_MAX / 1024} KB`);
    }
  }
} finally {
  await chrome.kill();
}
process.exitCode = failed ? 1 : 0;
