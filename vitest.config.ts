import { defineConfig } from 'vitest/config';

const PURE = ['test/unit/{core,captioner,handlers}/**/*.test.ts'];

export default defineConfig({
  test: {
    // .ci/run counts from the report
    reporters: ['default', ['json', { outputFile: '.local/vitest.json' }]],
    projects: [
      // pure code keeps nothing between files, so its tests share a process
      { extends: true, test: { name: 'pure', include: PURE, isolate: false } },
      { extends: true, test: { name: 'whole', include: ['test/{unit,contract,infra,local}/**/*.test.ts'], exclude: PURE } },
    ],
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
