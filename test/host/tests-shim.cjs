// The extension host runs this in place of the real extensionTestsPath: it runs the real one, and leaves proof of how that ended.
// An extension host that crashes or calls process.exit() looks like a success from outside: only the file written here may say 'passed'.
const fs = require('node:fs');
const { pathToFileURL } = require('node:url');

exports.run = async () => {
  const result = { ok: false };
  try {
    const tests = await import(pathToFileURL(process.env.EASEL_HOST_TESTS).href);
    await (tests.run ?? tests.default.run)();
    result.ok = true;
  } catch (error) {
    result.error = String(error?.stack ?? error);
    throw error;
  } finally {
    fs.writeFileSync(process.env.EASEL_HOST_RESULT, JSON.stringify(result));
  }
};
