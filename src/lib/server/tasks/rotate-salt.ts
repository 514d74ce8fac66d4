import { rotateSalts } from '../services/daily-salts';

/** Makes the salts of today and tomorrow, and destroys those before: nobody can count back then. */
export async function rotateSalt() {
	const { made, destroyed } = await rotateSalts();
	return { deleted: destroyed, counts: { made, destroyed } };
}
