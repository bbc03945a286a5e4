import { distance } from "fastest-levenshtein";

/** Whether words begin alike for most of the shorter one: `production` and `prod`, `stage` and `staging`. */
function beginAlike(word: string, other: string): boolean {
    const shorter = Math.min(word.length, other.length);
    let alike = 0;
    while (alike < shorter && word[alike] === other[alike]) alike++;
    return alike >= 3 && alike >= 0.75 * shorter;
}

/** The candidate that was probably meant, if one is near: a slip of a letter or two, a longer or a shorter form, another case. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
    const typed = word.slice(0, 100).toLowerCase();
    const letters = (text: string) => [...text].sort().join("");
    let best: string | undefined;
    let alike: string | undefined;
    let bestDistance = Math.max(1, Math.floor(typed.length / 3)) + 1;
    for (const candidate of candidates) {
        const known = candidate.toLowerCase();
        // Letters that changed places are one slip, not two.
        const apart = known !== typed && letters(known) === letters(typed) ? 1 : distance(typed, known);
        if (apart > 0 && beginAlike(typed, known)) alike ??= candidate;
        if (apart < bestDistance) [best, bestDistance] = [candidate, apart];
    }
    return best ?? alike;
}

/** `a, b or c` */
export const oneOf = (words: readonly (string | number)[]): string =>
    words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words[words.length - 1]}`;

/** `did you mean x? one of x, y or z` */
export function choices(word: unknown, candidates: readonly string[], none = "nothing: there are none"): string {
    if (candidates.length === 0) return none;
    if (candidates.length === 1) return candidates[0];
    const meant = typeof word === "string" ? nearest(word, candidates) : undefined;
    return `${meant === undefined ? "" : `did you mean ${meant}? `}one of ${oneOf(candidates)}`;
}
