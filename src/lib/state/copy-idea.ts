import { copyText } from '$lib/copy';
import { trpc } from '$lib/trpc';
import { reportFailure } from './report';
import { toasts } from './toasts.svelte';

/** Puts an idea with its features on the clipboard, as Markdown, and says so. */
export async function copyIdea(id: string): Promise<void> {
	try {
		sayCopied(await copyText(await trpc.ideas.copy.query({ id })), 'The idea');
	} catch (cause) {
		reportFailure(cause, 'Couldn’t copy the idea.', () => void copyIdea(id));
	}
}

/** Puts a text on the clipboard. @param what "The feature", "The section" */
export async function copyAs(what: string, text: string): Promise<void> {
	sayCopied(await copyText(text), what);
}

function sayCopied(done: boolean, what: string) {
	if (done) toasts.show(`${what} is on the clipboard, as Markdown.`);
	else toasts.problem('Couldn’t copy. Mark the text and copy it by hand.');
}
