import { output, type Output } from "@pulumi/pulumi";

/** An output that is handed out before what makes it, where two resources name each other. */
export function later<T>(): { value: Output<T>; settle(made: Output<T>): void } {
    let settle!: (made: Output<T>) => void;
    const promise = new Promise<Output<T>>((resolve) => (settle = resolve));
    return { value: output(promise) as Output<T>, settle };
}
