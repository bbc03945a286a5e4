import assert from "node:assert/strict";

import { products, productOfImage } from "../../compose/import/products/lookup";
import type { Product, Told } from "../../compose/import/products/product";

describe("The table of well-known images", () => {
    it("are there once, by the names that registries have, each with its source", () => {
        const images = products.flatMap((product) => product.images);
        assert.deepEqual(images, [...new Set(images)]);
        assert.ok(products.length >= 150, `${products.length} products`);
        for (const product of products) {
            assert.match(product.source, /^[\w-]+(\.[\w-]+)+([/,]|$)/, product.images[0]);
            for (const image of product.images) assert.match(image, /^[a-z0-9._/-]+$/);
            if (product.health !== undefined) assert.match(product.health, /^\/[\w./-]+$/, product.images[0]);
            if (product.port !== undefined) assert.ok(product.port > 0 && product.port < 65536);
            if (product.user !== undefined) assert.ok(product.user >= 0 && product.user < 65535, product.images[0]);
            if (product.files) assert.match(product.files.folder, /^\/.*[^/]$/);
            // With nothing said of it, an image is what its name says; a row changes something.
            const { images: _images, source: _source, ...changes } = product;
            assert.ok(Object.keys(changes).length, `${product.images[0]} changes nothing`);
        }
    });

    it("have variables as the environment takes them, and fields that stores have", () => {
        const texts = (told: Told) =>
            Object.entries(told).flatMap(([name, said]) =>
                (typeof said === "string" ? [said] : Object.values(said)).map((text) => [name, text] as const),
            );
        const fields = ["host", "port", "name", "user", "password", "url", "tls", "sslmode", "pgSslmode"];
        for (const { images, databases = {}, caches = {}, keys = {}, forms = {}, roles = {}, calls = {} } of products) {
            for (const name of [databases, caches, keys, forms, roles, calls].flatMap((each) => Object.keys(each)))
                assert.match(name, /^[A-Za-z_]\w*$/, `${images[0]}: ${name}`);
            for (const [name, text] of [...texts(databases), ...texts(caches)])
                for (const [, field] of text.matchAll(/\{(\w+)\}/g)) assert.ok(fields.includes(field), name);
            for (const image of Object.values(calls)) assert.ok(productOfImage(image), image);
        }
    });

    it("are whole: what leads to a database says host, user and password", () => {
        const saying = (told: Told, field: string) =>
            Object.values(told)
                .flatMap((said) => (typeof said === "string" ? [said] : Object.values(said)))
                .some((text) => text === field || text.includes(`{${field}}`));
        const parts = ({ databases = {} }: Product) =>
            ["host", "user", "password"].filter((field) => !saying(databases, field));
        for (const product of products) if (product.databases) assert.deepEqual(parts(product), [], product.images[0]);
        for (const { images, caches } of products)
            if (caches)
                assert.ok(
                    ["host", "password"].every((field) => saying(caches, field)),
                    images[0],
                );
    });

    it("are known by whoever made them, at any registry", () => {
        const known = (image: string) => productOfImage(image)?.images[0];
        assert.equal(known("ghcr.io/paperless-ngx/paperless-ngx:2"), "paperless-ngx/paperless-ngx");
        assert.equal(known("localhost:5000/gitea/gitea:1@sha256:00"), "gitea/gitea");
        for (const redmine of [
            "redmine",
            "redmine:6",
            "library/redmine",
            "docker.io/redmine:6",
            "docker.io/library/redmine",
        ])
            assert.equal(known(redmine), "redmine", redmine);
        assert.equal(known("public.ecr.aws/docker/library/redmine:6"), "redmine");
        for (const other of ["acme/wiki", "registry.example.com/ghost:1", "bitnami/wordpress", "linuxserver/nextcloud"])
            assert.equal(known(other), undefined, other);
    });
});
