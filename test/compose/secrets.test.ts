import assert from "node:assert/strict";

import { clouds } from "../../topology/app";
import { imported, mends, reasons, resolved } from "./importing";

const wordpress = `
services:
  wordpress:
    image: wordpress:6.8
    ports: ["80:80"]
    environment:
      WORDPRESS_DB_HOST: db
      WORDPRESS_DB_USER: wp
      WORDPRESS_DB_PASSWORD_FILE: /run/secrets/db_password
      WORDPRESS_DB_NAME: wp
      WORDPRESS_AUTH_KEY_FILE: /run/secrets/auth
    secrets:
      - db_password
      - source: auth_key
        target: auth
  db:
    image: postgres:16
    environment:
      POSTGRES_USER: wp
      POSTGRES_PASSWORD_FILE: /run/secrets/db_password
    secrets: [db_password]
secrets:
  db_password: { file: ./db_password.txt }
  auth_key: { file: ./auth.txt }
`;

describe("Secret files of Compose", () => {
    it("become the variables that images read beside X_FILE: a reference where it is a database's, else a secret", () => {
        const made = imported(wordpress);
        const { wordpress: service } = made.app.services;
        assert.deepEqual(service.env, {
            WORDPRESS_DB_HOST: "${db.host}",
            WORDPRESS_DB_USER: "${db.user}",
            WORDPRESS_DB_PASSWORD: "${db.password}",
            WORDPRESS_DB_NAME: "${db.name}",
        });
        assert.deepEqual(service.secrets, ["WORDPRESS_AUTH_KEY"]);
        assert.match(
            reasons(made, "services.wordpress.environment.WORDPRESS_AUTH_KEY_FILE"),
            /WORDPRESS_AUTH_KEY is the secret itself, in place of its file: made with a random value/,
        );
        assert.deepEqual(mends(made), []);
        for (const cloud of clouds) resolved(made.app, cloud);
    });

    it("that an app of one's own reads have to be read otherwise, and so have those that no variable names", () => {
        const own = imported(wordpress.replace("image: wordpress:6.8", "build: ."));
        assert.match(
            mends(own).join("\n"),
            /WORDPRESS_AUTH_KEY_FILE: names a file, which is not there: let the app read WORDPRESS_AUTH_KEY/,
        );
        const unnamed = imported(wordpress.replace("WORDPRESS_AUTH_KEY_FILE", "SOMETHING"));
        assert.match(
            mends(unnamed).join("\n"),
            /services\.wordpress\.secrets\.1: \/run\/secrets\/auth is a file: no cloud mounts/,
        );
    });
});
