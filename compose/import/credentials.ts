import { pointsAt } from "./values";

/** Secrets that nobody can make up, as somebody else gives them out, or as they belong to another half. */

/** Who gives out keys to his own services. */
const givers =
    /^(\w+_)?(STRIPE|OPENAI|ANTHROPIC|GEMINI|GOOGLE|GCP|GITHUB|GITLAB|BITBUCKET|FACEBOOK|META|INSTAGRAM|TWITTER|LINKEDIN|APPLE|MICROSOFT|AZURE|DISCORD|SLACK|TELEGRAM|WHATSAPP|TWILIO|VONAGE|NEXMO|SENDGRID|MAILGUN|MAILCHIMP|MAILJET|POSTMARK|RESEND|BREVO|SPARKPOST|SES|AWS|SENTRY|DATADOG|NEW_?RELIC|HONEYCOMB|PUSHER|ALGOLIA|CLOUDINARY|IMGIX|CLOUDFLARE|RE?CAPTCHA|HCAPTCHA|TURNSTILE|AKISMET|PAYPAL|BRAINTREE|PLAID|SQUARE|MOLLIE|RAZORPAY|PADDLE|LEMON_?SQUEEZY|CLERK|AUTH0|OKTA|UNSPLASH|PEXELS|GIPHY|TENOR|MAPBOX|MAPTILER|FIREBASE|FCM|POSTHOG|SEGMENT|MIXPANEL|AMPLITUDE|HUBSPOT|SALESFORCE|ZOOM|ZENDESK|INTERCOM|DROPBOX|NOTION|LINEAR|JIRA|SPOTIFY|LASTFM|TMDB|OMDB|TVDB|IGDB|TWITCH|STEAM|YOUTUBE|DEEPL|GROQ|MISTRAL|COHERE|HUGGING_?FACE|HF|REPLICATE|DEEPSEEK|ELEVENLABS|ASSEMBLYAI|PINECONE|TAVILY|SERPAPI|SERPER|FIRECRAWL|OPENROUTER|XAI|PERPLEXITY|FINNHUB|ALPHA_?VANTAGE|COINGECKO|COINMARKETCAP|ETHERSCAN|INFURA|ALCHEMY|MAXMIND|IPINFO|OPENWEATHER\w*|WEATHER\w*|WXTECH|STRAVA|SIMPLEFIN|NORDIGEN|GOCARDLESS|TRELLO|ASANA|AXIOM|CONTENTFUL|SANITY|PRISMIC|SHOPIFY|WOOCOMMERCE|UPS|FEDEX|XERO|QUICKBOOKS|SUPABASE|NEON|UPSTASH|VERCEL|NETLIFY|HEROKU|DIGITALOCEAN|HETZNER|TAILSCALE|CROWDSEC|PLEX|NGROK)_(\w+_)?(API_?KEYS?|KEYS?|TOKENS?|SECRETS?|SECRET_KEY|PASSWORD|DSN|CREDENTIALS?)(_\w+)?$/i;
const kinds: [RegExp, string][] = [
    [/(^|_)(SMTP|MAIL|MAILER|EMAIL|IMAP|POP3)_(\w+_)?(PASSWORD|PASSWD|PASS|TOKEN|SECRET)$/i, "a mail server's"],
    [/(^|_)(MAILER|SENTRY|RAVEN|GLITCHTIP|BUGSNAG)_DSN$|^DSN$/i, "an address with a password in it"],
    [
        /(^|_)(OAUTH2?|OIDC|OPENID|SSO|SAML|LDAP|SOCIAL)_(\w+_)?(SECRET|PASSWORD|PASS|TOKEN|KEY)$/i,
        "an identity provider's",
    ],
    [/(^|_)CLIENT_SECRET$/i, "an identity provider's"],
    [
        /(^|_)(VAPID|RSA|SSH|EC|ECDSA|ED25519)_(\w+_)?(PRIVATE_)?KEY$|PRIVATE_?KEY(_PEM|_BASE64)?$/i,
        "one of a pair of keys",
    ],
    [/^RAILS_MASTER_KEY$/, "the key of config/credentials.yml.enc"],
    [/(^|_)(S3|B2|R2|MINIO|SPACES|WASABI)_(\w+_)?(SECRET|KEY|PASSWORD)(_\w+)?$/i, "an object store's"],
    [/(^|_)LICEN[CS]E(_KEY)?$/i, "a licence"],
    [/(^|_)(TUNNEL|CLOUDFLARED)_TOKEN$/i, "a tunnel's"],
    [/(^|_)WEBHOOK_URL$/i, "an address with a password in it"],
];

/** Whose a secret is that nobody can make up; undefined for one that may be any. */
export function givenBy(name: string, value: string | undefined): string | undefined {
    if (value !== undefined && /-----BEGIN [A-Z ]*PRIVATE KEY/.test(value)) return "one of a pair of keys";
    if (value !== undefined && pointsAt(name, value)?.password) return "an address with a password in it";
    if (value !== undefined && /^\s*\{[\s\S]*\}\s*$/.test(value)) return "a text of JSON";
    const [, kind] = kinds.find(([pattern]) => pattern.test(name)) ?? [];
    return kind ?? (givers.test(name) ? "from whoever gives it out" : undefined);
}

/** What is said of one. */
export const untilSet = "which nobody can make up: until it is in the cloud's store a random value is there";
