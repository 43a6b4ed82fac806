"use strict";

// The program of the command line, run in this page. It has no network, as the
// page's policy says, and no file: it is given words and variables, and writes.
const program = {
	encoder: new TextEncoder(),
	decoder: new TextDecoder(),
	input: new Uint8Array(),
	written: {},
	last: Promise.resolve(),

	// ready unpacks and compiles the program once.
	ready: (async () => {
		const packed = Uint8Array.from(atob(document.getElementById("program").textContent), (c) => c.charCodeAt(0));
		const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
		return WebAssembly.compileStreaming(new Response(unpacked, { headers: { "Content-Type": "application/wasm" } }));
	})(),

	// run runs one command after another, and returns what each wrote.
	run({ words, variables, input }) {
		this.last = this.last.catch(() => {}).then(async () => {
			this.written = { 1: "", 2: "" };
			this.input = this.encoder.encode(input);
			const go = new Go();
			go.argv = ["franceconnect", ...words];
			go.env = variables;
			go.exit = () => {};
			await go.run(await WebAssembly.instantiate(await this.ready, go.importObject));
			return { out: this.written[1], err: this.written[2] };
		});
		return this.last;
	},
};

// What wasm_exec.js asks of a system: standard input and output.
globalThis.fs = new Proxy({
	constants: { O_WRONLY: -1, O_RDWR: -1, O_CREAT: -1, O_TRUNC: -1, O_APPEND: -1, O_EXCL: -1, O_DIRECTORY: -1 },
	writeSync(fd, bytes) {
		program.written[fd] += program.decoder.decode(bytes, { stream: true });
		return bytes.length;
	},
	write(fd, bytes, offset, length, position, done) {
		done(null, this.writeSync(fd, bytes.subarray(offset, offset + length)));
	},
	read(fd, bytes, offset, length, position, done) {
		const part = program.input.subarray(0, fd === 0 ? length : 0);
		bytes.set(part, offset);
		program.input = program.input.subarray(part.length);
		done(null, part.length);
	},
}, {
	get: (own, name) => own[name] ?? ((...args) => args.at(-1)(Object.assign(new Error("not here"), { code: "ENOSYS" }))),
});
