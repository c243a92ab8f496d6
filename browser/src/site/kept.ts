/* What a browser keeps for a reader; where it may keep nothing, the page goes on without. */

export function kept(name: string): string | null {
	try {
		return localStorage.getItem(`convlab-${name}`);
	} catch {
		return null;
	}
}

export function keep(name: string, value: string): void {
	try {
		if (value) localStorage.setItem(`convlab-${name}`, value);
		else localStorage.removeItem(`convlab-${name}`);
	} catch {
		// Until the page is left, it is as it was chosen.
	}
}
