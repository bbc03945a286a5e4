import type { Target } from "../../../topology/app";
import type { Stack } from "../../../topology/validate";
import { NotAllowed, type CloudArgs } from "../client";
import { patience as usual, within } from "../patience";

/** How the clients are made: credentials come from where the `aws` command has them too. */
export const awsSettings = ({
    stack,
    endpoint,
    patience = usual,
}: Pick<CloudArgs, "stack" | "endpoint" | "patience">) => ({
    ...quiet(),
    region: stack.place.region,
    ...(stack.provider.profile !== undefined && { profile: stack.provider.profile }),
    ...(endpoint !== undefined && { endpoint }),
    // It waits longer and longer where it is told to slow down, or where a server fails.
    maxAttempts: 5,
    requestHandler: { connectionTimeout: 5000, requestTimeout: patience.once, throwOnRequestTimeout: true },
});

/** The SDK warns at each start about versions of Node that will be too old for it one day, whatever is printed there. */
function quiet(): object {
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
    return {};
}

/** A question to AWS, with what ends it: its clients wait for the head of an answer, and for the rest of it without end. */
export type AwsAsk = <T>(ask: (options: { abortSignal: AbortSignal }) => Promise<T>) => Promise<T>;

/** Asks AWS. What it throws says what to do. */
export const awsAsk =
    ({ stack, patience = usual }: Pick<CloudArgs, "stack" | "patience">): AwsAsk =>
    (ask) =>
        within(patience.all, `AWS in ${stack.place.region}`, (abortSignal) =>
            ask({ abortSignal }).catch((error: Error) => Promise.reject(told(error, stack))),
        );

/** Error codes of AWS for credentials that are there no more, or are none. */
const signedOut =
    /^(ExpiredToken(Exception)?|RequestExpired|InvalidClientTokenId|UnrecognizedClientException|InvalidSignatureException|SignatureDoesNotMatch|CredentialsProviderError|TokenProviderError|MissingAuthenticationToken|IncompleteSignature)$/;
const forbidden = /^(AccessDenied(Exception)?|UnauthorizedOperation|NotAuthorized)$/;

/** An error of the SDK in words that say what to do. */
function told(error: Error, { place, provider }: Pick<Stack<Target>, "place" | "provider">): Error {
    const profile = provider.profile === undefined ? "" : ` --profile ${provider.profile}`;
    if (signedOut.test(error.name))
        return new NotAllowed(
            `AWS knows nobody by these credentials, or no longer (${error.name}: ${error.message}).\n` +
                `Sign in, and see who you are: aws sso login${profile}, or aws configure${profile}; ` +
                `then aws sts get-caller-identity${profile}`,
        );
    if (forbidden.test(error.name))
        return new NotAllowed(
            `AWS refuses it (${error.name}: ${error.message}).\n` +
                "Whoever ships or reads logs may do: ecs:DescribeServices, ecs:ListTasks, ecs:DescribeTasks, cloudwatch:GetMetricData, logs:FilterLogEvents",
        );
    const region = `AWS in ${place.region} cannot be asked`;
    return Object.assign(new Error(`${region}: ${error.name}: ${error.message}`, { cause: error }), {
        name: error.name,
    });
}
