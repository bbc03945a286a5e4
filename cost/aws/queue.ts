import type { Pricing } from "../cost";
import { per, secondsPerHour, show } from "../quantities";

/** KB that a request to SQS is counted for; a larger message is several. */
const chunkKb = 64;
/** To send, to receive and to finish a message. */
const requestsPerMessage = 3;
/** A receiver that gets nothing asks again after as many seconds. */
const pollSeconds = 20;

/** Requests: three for a message, and those of one receiver that waits. What a dead-letter queue gets is next to nothing. */
export const queue: Pricing = (resource, context) => {
    if (resource.inputs.redrivePolicy === undefined) return [];
    const { monthlyQueueMessages, averageMessageKb } = context.usageOf(resource);
    const chunks = Math.max(1, Math.ceil(averageMessageKb / chunkKb));
    const id = `aws.sqs.${resource.inputs.fifoQueue === true ? "fifo" : "standard"}_million`;
    return [
        per(
            1e6,
            `Messages (${show(requestsPerMessage * chunks)} requests each)`,
            id,
            monthlyQueueMessages * requestsPerMessage * chunks,
            "requests",
        ),
        per(1e6, "A receiver that waits", id, (context.hours * secondsPerHour) / pollSeconds, "requests"),
    ];
};
