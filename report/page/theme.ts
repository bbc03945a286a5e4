/** The theme is the system's until somebody says otherwise; then theirs, as long as the browser remembers it. */

type Theme = "light" | "dark";
const key = "twinstack-theme";
const system = window.matchMedia("(prefers-color-scheme: dark)");

export function themeSwitch(button: HTMLElement): void {
    let chosen = remembered();
    const show = () => {
        const theme: Theme = chosen ?? (system.matches ? "dark" : "light");
        if (chosen) document.documentElement.dataset.theme = chosen;
        button.setAttribute("aria-pressed", String(theme === "dark"));
    };
    button.addEventListener("click", () => {
        chosen = button.getAttribute("aria-pressed") === "true" ? "light" : "dark";
        try {
            localStorage.setItem(key, chosen);
        } catch {
            // A file opened from disk may have no storage; the choice then lasts as long as the page.
        }
        show();
    });
    system.addEventListener("change", show);
    show();
}

function remembered(): Theme | undefined {
    try {
        const theme = localStorage.getItem(key);
        return theme === "light" || theme === "dark" ? theme : undefined;
    } catch {
        return undefined;
    }
}
