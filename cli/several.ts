/** Collects what an option is told that may stand there again. */
export const several = (word: string, said: string[] = []): string[] => [...said, word];
