// Runs a program on the MicroPython 1.10 of the npm package `micropython`, and prints what
// it prints.
//
//     node wasm.js FOLDER_OF_THE_PACKAGE HEAP_IN_KIB < PROGRAM
const path = require("path");

const [folder, heap] = process.argv.slice(2);
const program = require("fs").readFileSync(0, "utf8");
const written = [];
global.mpjscache = {};
global.mpjsPrintStdout = (bytes) => written.push(Buffer.from(bytes));
console.log = () => {}; // the package has something to say as well
require(path.resolve(folder, "lib", "micropython.js"));

function run() {
  if (!global.mp_js_init) {
    setTimeout(run, 1);
    return;
  }
  global.mp_js_init(heap * 1024);
  global.mp_js_do_str(program);
  process.stdout.write(Buffer.concat(written));
}

run();
