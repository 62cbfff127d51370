// Starts VS Code's server (argv[2] is its server-main.js) as the leader of a process group of its own.
// Its standard input is a pipe held by whoever started it: when that ends, in whatever way, the whole group ends with it.
process.stdin.resume().on('close', () => process.kill(-process.pid, 'SIGKILL'));
process.argv.splice(1, 1);
void import(process.argv[1]);
