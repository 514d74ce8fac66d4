/** The address of another page of signing in, which leads on to the same place. */
export function way(path: string, callbackUrl: string): string {
	return callbackUrl === '/ideas' ? path : `${path}?callbackUrl=${encodeURIComponent(callbackUrl)}`;
}
