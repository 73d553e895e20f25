// Run a Python program with pyodide: node run.mjs PYODIDE PROGRAM FOLDER
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [pyodide, program, folder] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(pyodide));
const python = await loadPyodide({ stdout: (line) => console.log(line) });
python.FS.mkdir("/generated");
python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, "/generated");
python.globals.set("PROGRAM", readFileSync(program, "utf8"));
await python.runPythonAsync(
  "import sys; sys.argv = ['replay.py', '/generated']; sys.dont_write_bytecode = True\n" +
    "exec(compile(PROGRAM, 'replay.py', 'exec'), {'__name__': '__main__'})",
);
