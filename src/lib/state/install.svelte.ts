/** What browsers offer that can put a site beside the programs of the computer. */
interface InstallEvent extends Event {
	prompt: () => Promise<unknown>;
}

/** Whether this browser offers to install Coda. It says so when it likes; then the menu has an entry. */
class Install {
	#offer = $state.raw<InstallEvent>();

	get isOffered(): boolean {
		return this.#offer !== undefined;
	}

	/** Listens from now on. @returns stops that */
	open(): () => void {
		const take = (event: Event) => {
			// Without this the browser asks by itself, in the middle of something else.
			event.preventDefault();
			this.#offer = event as InstallEvent;
		};
		const done = () => (this.#offer = undefined);
		addEventListener('beforeinstallprompt', take);
		addEventListener('appinstalled', done);
		return () => {
			removeEventListener('beforeinstallprompt', take);
			removeEventListener('appinstalled', done);
		};
	}

	/** Lets the browser ask. An offer can be used once. */
	async ask(): Promise<void> {
		const offer = this.#offer;
		this.#offer = undefined;
		await offer?.prompt();
	}
}

/** The offer to this page. */
export const install = new Install();
