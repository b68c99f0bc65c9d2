import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // .ci/run counts from the report
    reporters: ['default', ['json', { outputFile: '.local/vitest-web.json' }]],
    include: ['test/web/**/*.test.ts'],
    // each file starts a browser
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
