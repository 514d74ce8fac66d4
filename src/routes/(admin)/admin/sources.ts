import { PROGRAM_SOURCES } from '$lib/schemas/logs';

/** The programs that something can be from, to choose one of. */
export const SOURCE_OPTIONS = [
	{ value: '', label: 'everywhere' },
	...PROGRAM_SOURCES.map((source) => ({ value: source, label: source }))
];
