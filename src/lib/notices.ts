import type { Announcement, MaintenanceMode } from './schemas/switches';

/** What stands above every page for a while. */
export interface Notices {
	/** The commit, in short, where this is a preview of a branch. */
	preview: string | null;
	/** Maintenance that is on, or about to begin. */
	maintenance: {
		mode: MaintenanceMode;
		/** When it begins, where that is still to come. */
		startsAt: Date | null;
		until: Date | null;
		message: string;
		/** The person is an admin, and may switch it. */
		isAdmin: boolean;
	} | null;
	/** What this person, or this browser, has not closed yet. */
	announcement: Announcement | null;
}
