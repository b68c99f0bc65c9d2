import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const FUNCTIONS = fileURLToPath(new URL('../../../functions', import.meta.url));

/** Lines that a process writes, errors last, which runs these statements with `telemetry` and the errors. */
const linesOf = (statements: string): Record<string, unknown>[] => {
  const program = `
    const { powertoolsTelemetry } = await import('${FUNCTIONS}/adapters/telemetry.ts');
    const { PictureError, ServiceUnavailable } = await import('${FUNCTIONS}/core/errors.ts');
    const telemetry = powertoolsTelemetry('ingest');
    ${statements}`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8', env: {} });
  expect(status).toBe(0);
  return (stdout + stderr)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
};

describe('telemetry', () => {
  it('logs one line of JSON', () => {
    const [line] = linesOf("telemetry.info('job', { route: 'lambda', ms: 12.5, refine: false });");
    expect(line).toMatchObject({
      level: 'INFO',
      message: 'job',
      function: 'ingest',
      service: 'caption-on-upload',
      route: 'lambda',
      ms: 12.5,
      refine: false,
    });
  });

  it('counts where the alarms look, sums and all', () => {
    const lines = linesOf(
      "telemetry.flush(); telemetry.count('Failed', 1); telemetry.count('Failed', 2); telemetry.count('Ms', 7, 'Milliseconds'); telemetry.flush(); telemetry.flush();",
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ Failed: [1, 2], Ms: 7, service: 'caption-on-upload' });
    const metrics = [
      { Name: 'Failed', Unit: 'Count' },
      { Name: 'Ms', Unit: 'Milliseconds' },
    ];
    const expected = { CloudWatchMetrics: [{ Namespace: 'CaptionOnUpload', Dimensions: [['service']], Metrics: metrics }] };
    expect(lines[0]?._aws).toMatchObject(expected);
  });

  it('says what an error is and where it came from, in our words only', () => {
    const [line] = linesOf(`
      const below = Object.assign(new Error('GET /secret.jpg failed'), { code: 'ECONNRESET', Key: 'secret.jpg' });
      const error = new PictureError('INTERNAL', 'unexpected: secret.jpg', new ServiceUnavailable('the table did not answer: ECONNRESET', below));
      telemetry.error('delivery failed', { receives: 2 }, error);`);
    expect(line).toMatchObject({
      level: 'ERROR',
      message: 'delivery failed',
      receives: 2,
      cause: {
        name: 'PictureError',
        code: 'INTERNAL',
        cause: { message: 'the table did not answer: ECONNRESET', cause: { name: 'Error', code: 'ECONNRESET' } },
      },
    });
    expect(JSON.stringify(line)).not.toContain('secret');
    expect(JSON.stringify(line)).toContain('at file:///');
  });

  it('withholds fields that would tell what is in a picture', () => {
    const lines = linesOf(
      "telemetry.info('x', { key: 'secret.jpg', caption: 'secret', id: 'abc' }); telemetry.error('y', { url: 'secret' }, 'secret');",
    );
    expect(lines[0]).toMatchObject({ key: '[withheld]', caption: '[withheld]', id: 'abc' });
    expect(lines[1]).toMatchObject({ url: '[withheld]', cause: { name: 'string' } });
    expect(JSON.stringify(lines)).not.toContain('secret');
  });
});
