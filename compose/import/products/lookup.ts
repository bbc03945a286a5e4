import { business } from "./business";
import { code } from "./code";
import { data } from "./data";
import { documents } from "./documents";
import { home } from "./home";
import { identity } from "./identity";
import { media } from "./media";
import type { Product } from "./product";
import { sites } from "./sites";

export const products: Product[] = [
    ...sites,
    ...documents,
    ...business,
    ...data,
    ...code,
    ...identity,
    ...media,
    ...home,
];

const byImage = new Map(products.flatMap((product) => product.images.map((image) => [image, product] as const)));

/** Registries that have Docker's own images under other names. */
const library = /^((registry-1\.|index\.)?docker\.io\/(library\/)?|library\/|public\.ecr\.aws\/docker\/library\/)/;

/**
 * The product of an image by its reference. A registry may be anybody's, so that a name without an account is a product's own at
 * Docker Hub alone; somebody else's `acme/wiki` is none.
 */
export function productOfImage(reference: string): Product | undefined {
    const name = reference
        .replace(/@.*$/, "")
        .replace(/:[^/:]*$/, "")
        .toLowerCase();
    const [, withoutHost] = /^[\w-]*[.:][\w.:-]*\/(.+\/.+)$/.exec(name) ?? [];
    return byImage.get(name.replace(library, "")) ?? byImage.get(withoutHost ?? "");
}
