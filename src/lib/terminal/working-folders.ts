import { keep, readKept } from '$lib/storage';

/** What a folder is remembered for. */
interface For {
	/** The id of the person. */
	who: string;
	ideaId: string;
	runnerId: string;
}

const entryOf = ({ who, ideaId, runnerId }: For) =>
	({ key: 'coda-folder', who, id: `${ideaId}:${runnerId}` }) as const;

const isPath = (value: unknown): value is string => typeof value === 'string' && value.length > 0;

/** Where terminals of an idea begin on a computer; without one the computer chooses. */
export const workingFolder = (about: For): string | undefined => readKept(entryOf(about), isPath);

/** Remembers it; `undefined` leaves it to the computer again. */
export function rememberFolder(about: For, folder: string | undefined): void {
	keep(entryOf(about), folder);
}
