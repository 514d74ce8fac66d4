import { createHash } from 'node:crypto';
import { arch, platform } from 'node:os';
import type { RunnerFault } from '#protocol/faults';
import { ownFrames } from './own-frames.ts';
import { scrubbed } from './scrubbing.ts';
import { RUNNER_VERSION } from './version.ts';

const STACK_CHARS = 4_000;
/** What tells one fault from another besides its words. */
const FRAMES = 3;
const NAME = /^[\w$.]{1,60}$/;
const CODE = /^[A-Z0-9_]{1,20}$/;

/** A fault and what it has in common with others of its kind. */
export interface NamedFault {
	fault: RunnerFault;
	fingerprint: string;
}

/** What is told of a mistake of the runner: what it is and where, and nothing of the person's. */
export function faultOf(cause: unknown): NamedFault {
	const { kind, message } = wordsOf(cause);
	const frames = ownFrames(cause instanceof Error ? (cause.stack ?? '') : '');
	const fault = {
		...{ kind, message, stack: frames.join('\n').slice(0, STACK_CHARS) },
		...{
			version: RUNNER_VERSION,
			platform: `${platform()}-${arch()}`,
			node: process.versions.node
		},
		times: 1
	};
	const places = frames.slice(0, FRAMES).map((frame) => frame.replace(/:\d+:\d+\)$/, ''));
	const parts = [kind, message.replace(/\d+/g, '0'), ...places];
	const fingerprint = createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 40);
	return { fault, fingerprint };
}

function wordsOf(cause: unknown): { kind: string; message: string } {
	// Whatever else was thrown may be a text of the person's.
	if (!(cause instanceof Error)) return { kind: 'Thrown', message: typeof cause };
	const name = NAME.test(cause.name) ? cause.name : 'Error';
	const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
	return { kind: CODE.test(code) ? `${name} ${code}` : name, message: scrubbed(cause.message) };
}
