// npm start: the whole service on this machine until Ctrl-C.
import { CodedError } from '../../functions/core/errors.ts';
import { HELP, parseStartArguments, type StartArguments } from './arguments.ts';
import { captionNamed } from './named-photos.ts';
import { type LocalService, startLocal } from './service.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const addresses = ({ apiUrl, s3Url, bucket }: LocalService, requireToken: boolean, token: string): string =>
  `
Page    ${apiUrl}/${requireToken ? '   (sign in with the token below)' : ''}
API     ${apiUrl}/v1/images   (described in ${apiUrl}/openapi.json)
Bucket  s3://${bucket} at ${s3Url}   (region us-east-1, access key "local", secret "local")
Try     ${requireToken ? `aws --endpoint-url ${s3Url} s3 cp photo.jpg s3://${bucket}/` : `curl -T photo.jpg ${s3Url}/${bucket}/photo.jpg`}
        curl ${requireToken ? `-H 'Authorization: Bearer ${token}' ` : ''}'${apiUrl}/v1/images?key=photo.jpg'
Ctrl-C ends it.
`;

const run = async ({ photos, context, host, requireToken, exit, ...folders }: StartArguments): Promise<number> => {
  const ended = Promise.withResolvers<void>();
  let signals = 0;
  // before anything starts; children end with this process, so a second Ctrl-C may end it at once
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      signals += 1;
      ended.resolve();
      if (signals > 1) process.exit(1);
    });
  }
  const { dataFolder, port, s3Port } = folders;
  const service = await startLocal({ dataFolder, port, s3Port, context, host, open: !requireToken, log: print });
  try {
    const token = requireToken ? await service.token({ scopes: ['captions:read', 'captions:write'] }) : '';
    print(addresses(service, requireToken, token));
    const named = captionNamed(service, photos, print);
    if (exit) return (await Promise.race([named, ended.promise])) === true ? 0 : 1;
    named.catch((thrown: unknown) =>
      print(`the photos could not be uploaded: ${thrown instanceof Error ? thrown.message : String(thrown)}`),
    );
    await ended.promise;
    return 0;
  } finally {
    await service.stop();
  }
};

const main = async (): Promise<number> => {
  // npm runs scripts in the project's folder, and tells where it was called from
  const started = parseStartArguments(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  if (!started.help) return run(started);
  process.stdout.write(HELP);
  return 0;
};

/** What went wrong in one line; the stack only of what nobody foresaw. */
const explain = (thrown: unknown): string => {
  if (thrown instanceof CodedError) return thrown.message;
  return thrown instanceof Error ? `it cannot start: ${thrown.message.split('\n')[0]}` : String(thrown);
};

main().then(
  (code) => process.exit(code),
  (thrown: unknown) => {
    process.stderr.write(`${explain(thrown)}\n`);
    process.exit(1);
  },
);
