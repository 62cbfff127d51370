// Ends an extension host whose server has died.

/** @param {number} pid */
export function start(pid) {
  setInterval(() => {
    try {
      process.kill(pid, 0);
    } catch {
      process.exit(87);
    }
  }, 1000).unref();
}
