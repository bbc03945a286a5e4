import type { SecretFormat } from "../../topology/app";

/** What a secret has to look like, by its name, by the value in the file, and by what people wrote beside it. */

export interface Form {
    format: SecretFormat;
    /** Why so: `openssl rand -hex 32`. */
    why: string;
}

const hex = (bytes: number): SecretFormat => ({ format: "hex", bytes });
const base64 = (bytes: number): SecretFormat => ({ format: "base64", bytes });
const letters = (length: number): SecretFormat => ({ format: "alphanumeric", length });

/** Names that mean one thing wherever they stand. */
const names: [RegExp, SecretFormat, string][] = [
    // @see https://laravel.com/docs/encryption
    [/^APP_KEY$/, { format: "base64", bytes: 32, prefix: "base64:" }, "Laravel's own form"],
    // Rails makes 128 digits, and Phoenix refuses less than 64.
    [/(^|_)SECRET_KEY_BASE$/, hex(64), "as Rails makes it, and long enough for Phoenix"],
    // @see https://cryptography.io/en/latest/fernet
    [/(^|_)FERNET_KEYS?$/, { format: "base64url", bytes: 32 }, "a Fernet key"],
    [/^CALENDSO_ENCRYPTION_KEY$/, letters(32), "cal.com/docs/self-hosting"],
    [/^CREDS_KEY$/, hex(32), "LibreChat's, docs.librechat.ai"],
    [/^CREDS_IV$/, hex(16), "LibreChat's, docs.librechat.ai"],
    [/^LOCKBOX_MASTER_KEY$/, hex(32), "docs.tooljet.com"],
    [/^AP_ENCRYPTION_KEY$/, hex(16), "activepieces.com/docs/install"],
    [/^TOTP_VAULT_KEY$/, base64(32), "github.com/plausible/community-edition"],
    [/^ZITADEL_MASTERKEY$/, letters(32), "zitadel.com/docs/self-hosting"],
    [/^SEMAPHORE_ACCESS_KEY_ENCRYPTION$/, base64(32), "docs.semaphoreui.com"],
];

/** Commands that make values, and words for what they are. */
const words: [RegExp, (count: number) => SecretFormat | undefined][] = [
    [/openssl[\s_-]+rand[\s_-]+-?-?hex[\s_-]+(\d+)/i, hex],
    [/openssl[\s_-]+rand[\s_-]+-?-?base64[\s_-]+(\d+)/i, base64],
    [/php[\s_-]+artisan[\s_-]+key:generate/i, () => ({ format: "base64", bytes: 32, prefix: "base64:" })],
    // The number is one of letters.
    [/mix[\s_-]+phx\.gen\.secret(?:\s+(\d+))?/i, (length) => base64(Math.ceil(((length || 64) * 3) / 4))],
    [/\b(?:rails|rake)[\s_-]+secret\b/i, () => hex(64)],
    [/Fernet\.generate_key/, () => ({ format: "base64url", bytes: 32 })],
    [/token_hex\((\d*)\)/, (bytes) => hex(bytes || 32)],
    [/randomBytes\((\d+)\)\.toString\(\s*\\?["'`]hex/, hex],
    [/randomBytes\((\d+)\)\.toString\(\s*\\?["'`]base64\\?["'`]/, base64],
    [/head\s+-c\s*(\d+)\s+\/dev\/u?random\s*\|\s*base64/, base64],
    [/\buuidgen\b|\buuid(?:\.uuid4\(\)|v4\b)|\ba (?:random )?(?:uuid|guid)\b/i, () => ({ format: "uuid" })],
    [/\b(\d+)[\s_-]*(?:hex|hexadecimal)[\s_-]*(?:char|digit)/i, (digits) => hex(digits / 2)],
    [/\b(\d+)[\s_-]*char(?:acter)?s?[\s_-]*(?:long[\s_-]*)?(?:hex|hexadecimal)\b/i, (digits) => hex(digits / 2)],
    [/\b(\d+)[\s_-]*bytes?\b[^.\n]{0,25}\bhex/i, hex],
    [/\bhex\w*\b[^.\n]{0,25}\b(\d+)[\s_-]*bytes?\b/i, hex],
    [/\b(\d+)[\s_-]*bytes?\b[^.\n]{0,25}\bbase64\b/i, base64],
    [/\bbase64\b[^.\n]{0,25}\b(\d+)[\s_-]*bytes?\b/i, base64],
    // Of what may be longer, forty are enough up to forty.
    [
        /\b(?:at[\s_-]+least|min(?:imum)?(?:[\s_-]+of)?|>=?)[\s_-]*(\d+)[\s_-]*(?:random[\s_-]*)?(?:char|letter)/i,
        (least) => (least > 40 ? letters(least) : undefined),
    ],
    [
        /\b(\d+)[\s_-]*(?:char(?:acter)?s?|letters)[\s_-]*(?:or[\s_-]+(?:more|longer)|min)/i,
        (least) => (least > 40 ? letters(least) : undefined),
    ],
    [/(?:^|[^a-z0-9])(\d+)[\s_-]*(?:random[\s_-]*)?(?:char(?:acter)?s?(?![a-z])|letters)/i, letters],
];

/** What people say of a value. */
function formInWords(text: string): Form | undefined {
    for (const [pattern, formOf] of words) {
        const found = pattern.exec(text);
        if (!found) continue;
        const format = formOf(Number(found[1] ?? 0));
        return format && isPossible(format) ? { format, why: `“${found[0].trim()}” stands there` } : undefined;
    }
    return undefined;
}

const isPossible = ({ bytes = 32, length = 40 }: SecretFormat): boolean =>
    [bytes, length].every((count) => Number.isInteger(count) && count >= 8 && count <= 256);

const decoded = (text: string): number => Buffer.from(text, "base64").length;

/** What a value of the file is, where nobody would write such a one by chance. */
function formOfLiteral(value: string): SecretFormat | undefined {
    const whole = (text: string) => [16, 24, 32, 48, 64, 96, 128].includes(decoded(text));
    const [, laravel] = /^base64:([A-Za-z0-9+/]{20,}={0,2})$/.exec(value) ?? [];
    if (laravel !== undefined && whole(laravel)) return { ...base64(decoded(laravel)), prefix: "base64:" };
    // `default:development.…`: what stands before says what the rest is for.
    const [, scope, rest = ""] = /^([\w-]{1,19}:[\w-]{1,19}\.)([\w-]{16,})$/.exec(value) ?? [];
    if (scope !== undefined) return { ...letters(rest.length), prefix: scope };
    if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return { format: "uuid" };
    if (/^([0-9a-f]{32}|[0-9a-f]{48}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/i.test(value))
        return hex(value.length / 2);
    if (value.length % 4 === 0 && /^[\w-]{20,}={1,2}$/.test(value) && /[-_]/.test(value) && whole(value))
        return { format: "base64url", bytes: decoded(value) };
    if (value.length % 4 === 0 && /^[A-Za-z0-9+/]{20,}={1,2}$/.test(value) && whole(value))
        return base64(decoded(value));
    if (value.length % 4 === 0 && /^(?=.*[+/])[A-Za-z0-9+/]{40,}$/.test(value) && whole(value))
        return base64(decoded(value));
    return undefined;
}

/** A key that is as long as ciphers want it, or longer than what is made otherwise: another length may be too short. */
function lengthOfLiteral(name: string, value: string): SecretFormat | undefined {
    if (/\s/.test(value) || value.length > 256) return undefined;
    const isKey = /KEY|SECRET|SALT|CIPHER|CRYPT|AES/i.test(name);
    return isKey && ([24, 32].includes(value.length) || (value.length === 16 && isCipherKey(name)))
        ? letters(value.length)
        : value.length > 40
          ? letters(value.length)
          : undefined;
}

/**
 * What a secret has to look like; undefined where any text will do, as far as anybody says.
 * @param said what people wrote beside it
 * @param product what the image's makers say of it
 */
export function formOf(name: string, value: string | undefined, said: string, product?: Form): Form | undefined {
    if (product) return product;
    const [, named, why] = names.find(([pattern]) => pattern.test(name)) ?? [];
    const literal = value === undefined ? undefined : formOfLiteral(value);
    if (named) return { format: literal && named.format === literal.format ? literal : named, why: why! };
    if (literal) return { format: literal, why: "as the value in the file is" };
    const inWords = formInWords(`${value ?? ""}\n${said}`);
    if (inWords) return inWords;
    const length = value === undefined ? undefined : lengthOfLiteral(name, value);
    return length && { format: length, why: "as long as the value in the file" };
}

/** Keys of ciphers, which want a length or an encoding that nobody says here. */
export const isCipherKey = (name: string): boolean => /ENCRYPT|CIPHER|CRYPTO|(^|_)AES(_|$)|(^|_)IV$/i.test(name);
