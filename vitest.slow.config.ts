import { defineConfig } from 'vitest/config';

// Tests that take too long for every change: the escaping corpus through every output, broken templates, fuzzed files, every kind of session, the image's packages.
export default defineConfig({
  test: {
    // .ci/run counts from the report
    reporters: ['default', ['json', { outputFile: '.local/vitest-slow.json' }]],
    include: ['test/slow/**/*.test.ts'],
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
