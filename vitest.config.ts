import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // .ci/run counts from the report
    reporters: ['default', ['json', { outputFile: '.local/vitest.json' }]],
    include: ['test/unit/**/*.test.ts'],
    // tests start processes and worker threads of their own; two cores are what CI has
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
