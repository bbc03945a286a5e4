import type { Pricing } from "../cost";
import { item, kbPerGb, show } from "../quantities";

const gbPerTb = 1024;
/** Published to the topic, delivered to the subscription. */
const ways = 2;
/** KB that a message is counted for at least. */
const leastKb = 1;

/** What passes, in and out. What a dead-letter subscription gets is next to nothing, and what waits for up to a day is free. */
export const subscription: Pricing = (resource, context) => {
    if (resource.inputs.deadLetterPolicy === undefined) return [];
    const { monthlyQueueMessages, averageMessageKb } = context.usageOf(resource);
    const kb = Math.max(leastKb, averageMessageKb);
    return [
        item(
            "Messages, in and out",
            "gcp.pubsub.tib",
            (monthlyQueueMessages * kb * ways) / kbPerGb / gbPerTb,
            `${show(monthlyQueueMessages)} messages × ${show(kb)} KB × ${ways}`,
        ),
    ];
};
