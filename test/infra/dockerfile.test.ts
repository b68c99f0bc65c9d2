// The image of the inference container, without docker: what its Dockerfile says, and that what it copies is there, is sent and is enough.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PACKAGED_STAGES } from '../../functions/captioner/analysis/stage-package.ts';
import { USUAL_STAGES } from '../../functions/core/facts/facts.ts';
import { PHOTOS, temporaryFolder } from '../support/tiny-package.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(REPOSITORY, path), 'utf8');

type Instruction = { name: string; text: string; stage: number };

/** Instructions with their stage, from 0; continued lines are joined. */
const instructionsOf = (dockerfile: string): Instruction[] => {
  let stage = -1;
  const lines = dockerfile.replaceAll('\\\n', ' ').split('\n');
  return lines
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', text = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
      if (name === 'FROM') stage += 1;
      return { name, text: text.replace(/\s+/g, ' '), stage };
    });
};

const all = instructionsOf(read('infra/worker/Dockerfile'));
const last = all.at(-1)?.stage ?? 0;
const textsOf = (name: string, stage?: number): string[] =>
  all.filter((one) => one.name === name && (stage === undefined || one.stage === stage)).map(({ text }) => text);
/** Defaults; an argument that is named again has the one from above. */
const argumentsOf = new Map(
  textsOf('ARG').flatMap((text): [string, string][] => (text.includes('=') ? [text.split('=') as [string, string]] : [])),
);
const filled = (text: string): string =>
  text.includes('${') ? filled(text.replace(/\$\{(\w+)\}/g, (_, name: string) => argumentsOf.get(name) ?? '')) : text;

/** The stage of a name. @throws Error when there is none */
const stageOf = (name: string): number => {
  const found = all.find((one) => one.name === 'FROM' && one.text.endsWith(` AS ${name}`));
  if (found === undefined) throw new Error(`no stage ${name}`);
  return found.stage;
};

/** All stages that the image for a provider is made of. */
const stagesFor = (provider: string): number[] => {
  const below = (stage: number): number[] => {
    const from = textsOf('FROM', stage)[0] ?? '';
    const copied = textsOf('COPY', stage).flatMap((text) => /^--from=(\S+)/.exec(text)?.[1] ?? []);
    const base = from.startsWith('--platform') ? [] : [from.startsWith('$') ? provider : (from.split(' ')[0] ?? '')];
    return [stage, ...[...base, ...copied].flatMap((name) => below(stageOf(name)))];
  };
  return [...new Set(below(last))].toSorted((one, other) => one - other);
};

/** Sources and target of every COPY out of the repository, with the default arguments. */
const copies = all
  .filter(({ name, text }) => name === 'COPY' && !text.startsWith('--from='))
  .map(({ text, stage }) => {
    const parts = filled(text).split(' ');
    return { stage, sources: parts.slice(0, -1), target: parts.at(-1) ?? '' };
  });

/** Whether a pattern of the ignore file leaves out a path or a folder above it. */
const isIgnored = (path: string): boolean => {
  const patterns = read('infra/worker/Dockerfile.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const above = path.split('/').map((_, i, parts) => parts.slice(0, i + 1).join('/'));
  const expressions = patterns.map((pattern) =>
    pattern.replace(/[.+^$()[\]\\]/g, '\\$&').replace(/\*\*\/|\*/g, (stars) => (stars === '*' ? '[^/]*' : '(?:.*/)?')),
  );
  return expressions.some((expression) => above.some((part) => new RegExp(`^${expression}$`).test(part)));
};

describe('the image', () => {
  it('is for linux/amd64, made in stages, on CUDA 12 with cuDNN by default, with ffmpeg and without build tools in the last ones', () => {
    const bases = textsOf('FROM').filter((text) => text.includes('/') || text.includes(':'));
    expect(bases).toHaveLength(3);
    for (const base of bases) expect(base).toMatch(/^--platform=linux\/amd64 [\w/.-]+:\d+\.\d+\.\d+-\S+ AS \w+$/);
    expect(filled(textsOf('FROM', last)[0] ?? '')).toBe('cuda');
    expect(textsOf('FROM', stageOf('cuda'))[0]).toMatch(/nvidia\/cuda:12\.\d+\.\d+-cudnn-runtime-/);
    const ffmpeg = 'apt-get update && apt-get install -y --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*';
    for (const stage of [stageOf('cuda'), stageOf('cpu')]) expect(textsOf('RUN', stage)).toEqual([ffmpeg]);
    expect(textsOf('RUN', last)).toEqual([]);
  });

  it('has nothing of CUDA for a CPU: neither its base nor what is fetched for it', () => {
    const texts = (provider: string): string =>
      all
        .filter(({ stage }) => stagesFor(provider).includes(stage))
        .map(({ text }) => text)
        .join('\n');
    for (const word of ['nvidia/cuda', 'script/install.js']) {
      expect(texts('cuda')).toContain(word);
      expect(texts('cpu')).not.toContain(word);
    }
    expect(textsOf('FROM', stageOf('cpu'))[0]).toBe(textsOf('FROM', 0)[0]?.replace('packages', 'cpu'));
    for (const provider of ['cuda', 'cpu'])
      expect(textsOf('COPY', stageOf(provider)).at(-1)).toMatch(/^--from=\S+ \/app\/node_modules \.\/node_modules$/);
  });

  it('has the Node that everything here is tested with', () => {
    const pinned: { devDependencies: { node: string } } = JSON.parse(read('package.json'));
    expect(textsOf('FROM')[0]).toContain(`node:${pinned.devDependencies.node}-`);
    expect(textsOf('COPY', stageOf('cuda'))).toContain('--from=packages /usr/local/bin/node /usr/local/bin/node');
  });

  it('installs production packages by the lock, runs no scripts of theirs but the one that fetches the CUDA provider', () => {
    const [install, ...others] = textsOf('RUN', 0);
    expect(install).toMatch(/^npm ci --omit=dev --ignore-scripts( |$)/);
    expect(others).toEqual([]);
    const fetching = stageOf('packages-cuda');
    expect(textsOf('WORKDIR', fetching)).toEqual(['/app/node_modules/onnxruntime-node/bin/napi-v6']);
    expect(textsOf('RUN', fetching)[0]).toMatch(/^ONNXRUNTIME_NODE_INSTALL=true node \.\.\/\.\.\/script\/install\.js && rm -rf /);
    expect(textsOf('RUN', fetching)[0]).toMatch(/ && test -s linux\/x64\/libonnxruntime_providers_cuda\.so$/);
    expect(existsSync(join(REPOSITORY, 'node_modules/onnxruntime-node/script/install.js'))).toBe(true);
    expect(read('node_modules/onnxruntime-node/script/install-metadata.js')).toContain("'linux/x64': ['cuda12']");
  });

  it('runs as nobody special, writes to /tmp only', () => {
    expect(textsOf('USER', last)).toEqual(['1000:1000']);
    const afterUser = all.slice(all.findIndex(({ name }) => name === 'USER'));
    expect(afterUser.filter(({ name }) => ['RUN', 'COPY', 'ADD', 'USER'].includes(name)).length).toBe(1);
    expect(textsOf('ENV', last).join(' ')).toMatch(/HOME=\/tmp CUDA_CACHE_PATH=\/tmp\//);
    expect(textsOf('VOLUME')).toEqual([]);
  });

  it('passes SIGTERM to node, which is the first process', () => {
    expect(textsOf('STOPSIGNAL', last)).toEqual(['SIGTERM']);
    expect(textsOf('CMD', last)).toEqual(['["node", "functions/worker.ts"]']);
    expect(textsOf('ENTRYPOINT')).toEqual([]);
  });

  it('has the packages of the stages that usually run', () => {
    const targets = copies.filter(({ stage }) => stage === last).map(({ target }) => target);
    expect(targets).toEqual(
      expect.arrayContaining(PACKAGED_STAGES.filter((stage) => USUAL_STAGES.includes(stage)).map((stage) => `./models/${stage}`)),
    );
  });

  it('takes its model and its provider from outside, with defaults', () => {
    expect(textsOf('ARG', last).map(filled)).toEqual(['PROVIDER', 'MODEL=m2', 'MODEL_PATH=models/m2']);
    expect(filled(textsOf('ENV', last).join(' '))).toContain(
      'MODELS_DIR=/app/models STAGES_DIR=/app/models MODEL=m2 PROVIDER=cuda HEALTH_PORT=8080',
    );
    expect(copies.at(-1)).toMatchObject({ sources: ['models/m2'], target: './models/m2' });
  });
});

describe('its health check', () => {
  const command: string[] = JSON.parse(/CMD (\[.*\])$/.exec(textsOf('HEALTHCHECK', last)[0] ?? '')?.[1] ?? '[]');
  /** A server that answers with one status, and the check against it, in a process of their own. */
  const checkAgainst = (status: number | undefined): number | null => {
    const program = `
      const { createServer } = require('node:http'), { spawn } = require('node:child_process');
      const server = createServer((request, response) => response.writeHead(request.url === '/healthz' ? ${status} : 404).end());
      server.listen(0, '127.0.0.1', () => {
        const port = server.address().port;
        const check = () => spawn(process.execPath, ${JSON.stringify(command.slice(1))}, { env: { HEALTH_PORT: String(port) } }).on('exit', (code) => process.exit(code));
        ${status === undefined ? 'server.close(check)' : 'check()'};
      });`;
    return spawnSync(process.execPath, ['-e', program]).status;
  };

  it('asks with node, in exec form', () => {
    expect(command.slice(0, 2)).toEqual(['node', '-e']);
  });

  it.each([
    [200, 0],
    [503, 1],
    [undefined, 1],
  ])('answered with %s ends with %i', (status, code) => {
    expect(checkAgainst(status)).toBe(code);
  });
});

describe('what it copies', () => {
  it('is there and is sent to the builder', () => {
    const sources = copies.flatMap(({ sources: paths }) => paths);
    expect(sources).toEqual(expect.arrayContaining(['package.json', 'package-lock.json', '.npmrc', 'functions', 'models/m2']));
    expect(sources.filter((path) => !existsSync(join(REPOSITORY, path)))).toEqual([]);
    const files = execFileSync('git', ['ls-files', ...sources], { cwd: REPOSITORY, encoding: 'utf8' })
      .trim()
      .split('\n');
    expect(files.filter(isIgnored)).toEqual([]);
    expect(
      ['node_modules/sharp/package.json', '.git/config', 'models/training/m2.py', '.local/x', 'functions/.env'].filter(
        (path) => !isIgnored(path),
      ),
    ).toEqual([]);
  });

  it('is enough to caption and to start the worker, in a process that may write nothing', async () => {
    const app = await temporaryFolder();
    for (const { sources, target } of copies.filter(({ stage }) => stage === last)) {
      for (const source of sources) {
        const to = target.endsWith('/') ? join(app, target, source) : join(app, target);
        mkdirSync(dirname(to), { recursive: true });
        cpSync(join(REPOSITORY, source), to, { recursive: true });
      }
    }
    symlinkSync(join(REPOSITORY, 'node_modules'), join(app, 'node_modules'));
    const writesNothing = ['--permission', '--allow-fs-read=*', '--allow-child-process', '--allow-worker', '--allow-addons'];
    const run = (...program: string[]) =>
      spawnSync(process.execPath, [...writesNothing, ...program], {
        cwd: app,
        env: { MODELS_DIR: join(app, 'models'), MODEL: 'm2', PROVIDER: 'cpu' },
        encoding: 'utf8',
      });
    const captioned = run('functions/caption.ts', join(PHOTOS, 'cat.jpg'));
    expect(captioned.stderr).toContain('m2@');
    expect(captioned.stdout).toContain('cat');
    expect(captioned.status).toBe(0);
    const worker = run('functions/worker.ts');
    expect(worker.stderr).toContain('INFERENCE_QUEUE_URL: expected');
    expect(worker.status).toBe(1);
  });
});
