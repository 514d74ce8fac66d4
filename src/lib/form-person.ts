/** Where the address of a form says whose page it stands on. */
export const PERSON = 'person';

/**
 * Lets a form say whose page it stands on, as calls of the API do: the server refuses it once someone else
 * is signed in in this browser. Called before anybody else hears of the sending.
 */
export function sayWhose({ target, submitter }: SubmitEvent, userId: string): void {
	if (!(target instanceof HTMLFormElement) || target.method !== 'post') return;
	const button = submitter instanceof HTMLButtonElement && submitter.hasAttribute('formaction');
	const [element, name] = button ? [submitter, 'formaction'] : [target, 'action'];
	// An empty address is the page's own.
	const address = new URL(element.getAttribute(name) || location.href, location.href);
	address.searchParams.set(PERSON, userId);
	element.setAttribute(name, address.pathname + address.search);
}
