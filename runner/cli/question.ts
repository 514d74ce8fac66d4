import { createInterface } from 'node:readline';
import { RUNNER_LIMITS } from '../core/limits.ts';
import type { AskPerson } from '../core/permission.ts';

const YES = /^y(es)?$/i;
const NO = /^no?$/i;
const QUESTION = `Allow it? Type y or n, and Enter. In ${RUNNER_LIMITS.askMs / 1_000} seconds it is no.`;

const UNANSWERED = 'No answer: no terminal was started.';
const WITHDRAWN =
	'Nobody waits for it any more: the question was withdrawn, and no terminal was started.';

/** A terminal at which a person can be asked. */
export interface AskingTerminal {
	ask: AskPerson;
	close(): void;
}

/** Asks at this terminal, line by line; nothing where nobody sits at one. */
export function askAtTerminal(say: (line: string) => void): AskingTerminal | undefined {
	const { stdin, stdout } = process;
	if (!stdin.isTTY || !stdout.isTTY) return undefined;
	// Not as a line editor: Ctrl-C goes on ending the runner. Read all the time: what was typed before a question
	// is no answer to it.
	const lines = createInterface({ input: stdin, terminal: false });
	let answer: ((line: string) => void) | undefined;
	lines.on('line', (line) => answer?.(line.trim()));
	return {
		ask: ({ title, folder, atMs }, signal) =>
			new Promise((resolve) => {
				say('');
				say('A browser asks for a new terminal on this computer.');
				say(`  Called  ${title}`);
				say(`  In      ${folder}`);
				say(`  At      ${new Date(atMs).toLocaleTimeString()}`);
				say(QUESTION);
				const settle = (isAllowed: boolean, words: string) => {
					signal.removeEventListener('abort', withdraw);
					answer = undefined;
					say(words);
					resolve(isAllowed);
				};
				const withdraw = () => {
					const isLate = (signal.reason as Error).name === 'TimeoutError';
					settle(false, isLate ? UNANSWERED : WITHDRAWN);
				};
				signal.addEventListener('abort', withdraw);
				answer = (line) => {
					if (YES.test(line)) settle(true, 'Allowed.');
					else if (NO.test(line)) settle(false, 'Not allowed.');
					else say(QUESTION);
				};
			}),
		close: () => lines.close()
	};
}
