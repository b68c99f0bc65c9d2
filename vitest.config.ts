import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // .ci/run counts from the report
    reporters: ['default', ['json', { outputFile: '.local/vitest.json' }]],
    include: ['test/{unit,contract,infra,local}/**/*.test.ts'],
    // files share a process: loading the CDK, the AWS clients and the native modules anew for each takes longer than their tests
    isolate: false,
    coverage: {
      include: ['functions/core/**/*.ts', 'functions/captioner/**/*.ts'],
      reporter: ['text-summary'],
      reportsDirectory: '.local/coverage',
      thresholds: { lines: 100, functions: 100 },
    },
    // tests start processes and worker threads of their own; two cores are what CI has
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
