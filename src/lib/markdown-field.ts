import { emphasised, linked, nextItem, pastedLink, type Edit, type Marked } from './markdown-edit';
import { toasts } from './state/toasts.svelte';

const NO_PICTURES = 'Pictures can’t be kept yet. Paste a link to it instead.';

/** Makes a field one that knows Markdown. Tab leaves it as it leaves any other. @returns undoes that */
export function markdownField(field: HTMLTextAreaElement): () => void {
	const stop = new AbortController();
	const { signal } = stop;
	field.addEventListener('keydown', pressed, { signal });
	field.addEventListener('paste', pasted, { signal });
	field.addEventListener(
		'dragover',
		(event) => hasPicture(event.dataTransfer) && event.preventDefault(),
		{
			signal
		}
	);
	field.addEventListener('drop', (event) => refusePicture(event, event.dataTransfer), { signal });
	return () => stop.abort();
}

function pressed(event: KeyboardEvent) {
	const { currentTarget: field, key, isComposing } = event;
	if (!(field instanceof HTMLTextAreaElement) || field.readOnly || isComposing) return;
	const edit = editFor(event, markedIn(field), key.toLowerCase());
	if (!edit) return;
	event.preventDefault();
	apply(field, edit);
}

function editFor(event: KeyboardEvent, on: Marked, key: string): Edit | undefined {
	const { ctrlKey, metaKey, altKey, shiftKey } = event;
	if (altKey || shiftKey) return undefined;
	if (ctrlKey !== metaKey) {
		if (key === 'b') return emphasised(on, '**');
		if (key === 'i') return emphasised(on, '_');
		return key === 'k' ? linked(on) : undefined;
	}
	return key === 'enter' ? nextItem(on) : undefined;
}

function pasted(event: ClipboardEvent) {
	const { currentTarget: field, clipboardData } = event;
	if (!(field instanceof HTMLTextAreaElement) || field.readOnly || !clipboardData) return;
	const text = clipboardData.getData('text/plain');
	// A copied table or page brings a picture of itself beside its text.
	if (!text && refusePicture(event, clipboardData)) return;
	const edit = pastedLink(markedIn(field), text);
	if (!edit) return;
	event.preventDefault();
	apply(field, edit);
}

const hasPicture = (data: DataTransfer | null): boolean =>
	[...(data?.items ?? [])].some(({ kind, type }) => kind === 'file' && type.startsWith('image/'));

function refusePicture(event: Event, data: DataTransfer | null): boolean {
	if (!hasPicture(data)) return false;
	event.preventDefault();
	toasts.problem(NO_PICTURES);
	return true;
}

const markedIn = ({ value, selectionStart, selectionEnd }: HTMLTextAreaElement): Marked => ({
	text: value,
	start: selectionStart,
	end: selectionEnd
});

/** As if it were typed: the field's own Undo takes it back, and its listeners hear of it. */
function apply(field: HTMLTextAreaElement, { from, to, insert, start, end }: Edit) {
	field.setSelectionRange(from, to);
	const isTyped = insert
		? document.execCommand('insertText', false, insert)
		: document.execCommand('delete');
	if (!isTyped) {
		field.setRangeText(insert, from, to, 'end');
		field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertText' }));
	}
	field.setSelectionRange(start, end);
}
