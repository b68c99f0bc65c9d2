// Preloaded by the npm scripts. Plain JavaScript, so that an older Node can still say what it lacks.
const NEEDED = 24;

const major = Number(process.versions.node.split('.')[0]);
if (major < NEEDED) {
  process.stderr.write(
    `This needs Node ${NEEDED} but runs on ${process.version}: run it with "npm run ..." after "npm ci", which installs that Node.\n`,
  );
  process.exit(1);
}
