#!/usr/bin/env node
/**
 * Stands in for Prisma's native `schema-engine`, which an install would download from elsewhere: the same
 * arguments and the same JSON-RPC over stdin and stdout, on top of the WebAssembly engine from npm.
 *
 * prisma.config.ts names this file in PRISMA_SCHEMA_ENGINE_BINARY, unless that names another engine.
 */
import { parseArgs } from 'node:util';
import { runAdministration } from './schema-engine/administration.mjs';
import { serveRequests } from './schema-engine/requests.mjs';
import { engineVersion } from './schema-engine/wasm.mjs';

const { values, positionals } = parseArgs({
	allowPositionals: true,
	strict: false, // a newer Prisma may pass more than this file knows
	options: {
		datamodels: { type: 'string', multiple: true },
		datasource: { type: 'string' },
		version: { type: 'boolean', short: 'V' }
	}
});

/** @type {{ url?: string }} */
const { url = '' } = typeof values.datasource === 'string' ? JSON.parse(values.datasource) : {};

if (values.version) {
	console.log(`schema-engine-cli ${await engineVersion()}`);
} else if (positionals[0] === 'cli') {
	process.exitCode = await runAdministration(String(positionals[1]), url);
} else {
	await serveRequests({ url, datamodels: values.datamodels?.map(String) });
}
