import { LIMITS } from '$lib/limits';

/** What the person can do about a notice. */
export interface ToastAction {
	label: string;
	/** Runs and closes the notice. */
	run?: () => void;
	/** Or leads somewhere. */
	href?: string;
}

/** A sentence that floats at the edge for a while. */
export interface Toast {
	id: number;
	text: string;
	tone: 'plain' | 'problem';
	action?: ToastAction;
}

const SHORT_MS = 6_000;
const AT_MOST = 3;

interface Timer {
	leftMs: number;
	startedAt: number;
	handle?: ReturnType<typeof setTimeout>;
}

/** The notices at the edge. Time stands still for all of them while one is hovered or focused. */
export class Toasts {
	items = $state.raw<Toast[]>([]);
	#timers = new Map<number, Timer>();
	#held = false;
	#lastId = 0;

	/** Shows a sentence: with an action for as long as Undo is offered, else for six seconds. */
	show(text: string, { tone = 'plain', action }: Partial<Omit<Toast, 'id' | 'text'>> = {}): number {
		const id = ++this.#lastId;
		for (const { id: oldest } of this.items.slice(
			0,
			Math.max(0, this.items.length + 1 - AT_MOST)
		)) {
			this.dismiss(oldest);
		}
		this.items = [...this.items, { id, text, tone, action }];
		this.#timers.set(id, { leftMs: action ? LIMITS.undoToastMs : SHORT_MS, startedAt: 0 });
		if (!this.#held) this.#start(id);
		return id;
	}

	/** Says that something did not work. */
	problem(text: string, action?: ToastAction): number {
		return this.show(text, { tone: 'problem', action });
	}

	dismiss(id: number): void {
		clearTimeout(this.#timers.get(id)?.handle);
		this.#timers.delete(id);
		this.items = this.items.filter((toast) => toast.id !== id);
		if (this.items.length === 0) this.#held = false;
	}

	/** Stops the time: someone is reading. */
	hold(): void {
		if (this.#held) return;
		this.#held = true;
		for (const timer of this.#timers.values()) {
			clearTimeout(timer.handle);
			timer.leftMs -= Date.now() - timer.startedAt;
		}
	}

	/** Lets the time go on, with two seconds at the least. */
	release(): void {
		if (!this.#held) return;
		this.#held = false;
		for (const [id, timer] of this.#timers) {
			timer.leftMs = Math.max(timer.leftMs, 2_000);
			this.#start(id);
		}
	}

	#start(id: number) {
		const timer = this.#timers.get(id);
		if (!timer) return;
		timer.startedAt = Date.now();
		timer.handle = setTimeout(() => this.dismiss(id), timer.leftMs);
	}
}

/** The notices of this page. */
export const toasts = new Toasts();
