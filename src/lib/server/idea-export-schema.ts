import * as z from 'zod';
import { IdeaExport } from '$lib/schemas/transfer';

/** Where the schema is published. */
export const SCHEMA_PATH = '/schemas/idea-export-v1.json';

/** The JSON Schema of a file of ideas, made of the shapes that exports and imports are held to. */
export const ideaExportSchema = (): Record<string, unknown> => ({
	...z.toJSONSchema(IdeaExport, { io: 'input' }),
	title: 'Ideas of Coda, version 1'
});
