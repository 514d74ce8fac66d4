import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @typedef {typeof import('@prisma/schema-engine-wasm')} Engine */

/** The engine tells here what it stumbled over, in the moment before it breaks down. */
const panics = {
	/** @param {string} message */
	set_message(message) {
		console.error(`The schema engine broke down: ${message}`);
	}
};

/**
 * The WebAssembly schema engine. Node loads the module's glue, but not a `.wasm` file by `import`, so the
 * two are put together here.
 *
 * @returns {Promise<Engine>}
 */
export async function loadEngine() {
	Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: panics });
	const glueUrl = import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
	const glue = await import(glueUrl);
	const bytes = readFileSync(fileURLToPath(glueUrl).replace(/\.js$/, '.wasm'));
	const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': glue });
	glue.__wbg_set_wasm(instance.exports);
	/** @type {{ __wbindgen_start(): void }} */ (
		/** @type {unknown} */ (instance.exports)
	).__wbindgen_start();
	return glue;
}

/** The commit that the engine was built from. */
export async function engineVersion() {
	return (await loadEngine()).version();
}
