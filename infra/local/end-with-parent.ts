// Preloaded into every child process: it ends when its parent is gone, however that ended, and leaves Ctrl-C to the parent.

if (process.channel) {
  process.on('disconnect', () => process.exit(1));
  process.channel.unref();
}
process.on('SIGINT', () => {});
