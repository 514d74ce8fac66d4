import type * as z from 'zod';
import { LIMITS } from '$lib/limits';
import { count } from '$lib/time';

/** What is wrong with a file, and where: `ideas[3].features[0].title`. */
export interface ImportProblem {
	path: string;
	message: string;
}

/** A file that cannot be read any further. */
export class UnreadableFile extends Error {
	constructor(readonly problem: ImportProblem) {
		super(problem.message);
		this.name = 'UnreadableFile';
	}
}

/** Gathers what is wrong with a file, so that it can be mended in one go, and what of it has no place here. */
export class Problems {
	readonly all: ImportProblem[] = [];
	#remarks = new Map<string, { path: string; more: number }>();

	/** What was told, each once, with where it is first. */
	get remarks(): ImportProblem[] {
		return [...this.#remarks].map(([message, { path, more }]) => ({
			path: more > 0 ? `${path} and ${count(more, 'other place')}` : path,
			message
		}));
	}

	/** Something that is left out or taken for something else; the file is taken all the same. */
	remark(path: string, message: string): void {
		const known = this.#remarks.get(message);
		if (known) known.more += 1;
		else if (this.#remarks.size < LIMITS.importProblems)
			this.#remarks.set(message, { path, more: 0 });
		else this.#remarks.set('There is more that has no place here.', { path: '', more: 0 });
	}

	/** @throws UnreadableFile once there are as many as are told */
	add(path: string, message: string): void {
		if (this.all.length >= LIMITS.importProblems) {
			throw new UnreadableFile({ path, message: 'More is wrong; mend this first.' });
		}
		this.all.push({ path, message });
	}

	/** What a shape says about a value of the file. */
	addIssues(path: string, { issues }: z.ZodError): void {
		for (const { path: within, message } of issues) {
			const parts = within.map((part) =>
				typeof part === 'number' ? `[${part}]` : `.${String(part)}`
			);
			// In a table or an outline the place is a line.
			const place = path.startsWith('line ') ? parts.join('').replace('.', ', ') : parts.join('');
			this.add(`${path}${place}`, plainly(message));
		}
	}
}

/** Words for a form begin with the field, which the place says already. */
export const plainly = (message: string): string => message.replace(/^[A-Z][a-z ]{2,20}: /, '');

/** Stops reading. @throws UnreadableFile always */
export function unreadable(path: string, message: string): never {
	throw new UnreadableFile({ path, message });
}
