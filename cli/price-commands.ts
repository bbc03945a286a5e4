import type { Command } from "commander";

import { several } from "./several";
import type { ListFlags, RefreshFlags } from "./prices";
import type { ShowFlags } from "./price-show";

/** The price book: looking at it, and renewing it. */
export function addPrices(program: Command, done: (code: number) => void): void {
    const prices = program.command("prices").description("the price book, and where each price comes from");
    const add = (name: string, description: string, isDefault = false) =>
        prices
            .command(name, { isDefault })
            .description(description)
            .option("--cloud <cloud>", "aws or gcp (default: both)")
            .option("--region <region>", "only this region")
            .option("--books <folder>", "a folder with aws.json and gcp.json (default: the project's)")
            .option("--json", "print JSON")
            .allowExcessArguments(false);
    add("list", "every price with its date, sources and confidence", true)
        .option("--filter <text>", "only ids, services and items that contain this")
        .action(async (flags: ListFlags) => done(await (await import("./prices")).list(flags)));
    prices
        .command("show")
        .description("one price as estimates take it, with its source, date and confidence; 1 where a region has none")
        .argument("<id>", "such as aws.fargate.x86.vcpu_hour")
        .option("--region <region>", "in this region (default: in each)")
        .option(
            "--price <id=usd>",
            "a price of your own per unit, in every region; again for more (prices.local.json keeps them)",
            several,
        )
        .option("--estimate-missing", "estimate what a region has no price for")
        .option("--json", "print JSON")
        .allowExcessArguments(false)
        .action(async (id: string, flags: ShowFlags) =>
            done(await (await import("./price-show")).showPrice(id, flags)),
        );
    add(
        "refresh",
        "renew the prices from the AWS Price List and the Google Cloud Billing Catalog, below prices/ of the project",
    )
        .option("--api-key-file <file>", "the Google API key, if not in GOOGLE_API_KEY")
        .option("--accept <id...>", "prices that may be gone or change much: ids or id@region, * for anything")
        .option("--cache <folder>", "where a refresh that was stopped goes on (default: node_modules/.cache)")
        .action(async (flags: RefreshFlags) => done(await (await import("./prices")).refreshPrices(flags)));
}

/** What an operator types when something has gone wrong, or goes for good. */
