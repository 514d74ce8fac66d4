import type * as z from 'zod';
import { LIMITS } from '$lib/limits';

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

/** Gathers what is wrong with a file, so that it can be mended in one go. */
export class Problems {
	readonly all: ImportProblem[] = [];

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
			// Words for a form begin with the field, which the path says already.
			this.add(`${path}${parts.join('')}`, message.replace(/^[A-Z][a-z ]{2,20}: /, ''));
		}
	}
}

/** Stops reading. @throws UnreadableFile always */
export function unreadable(path: string, message: string): never {
	throw new UnreadableFile({ path, message });
}
