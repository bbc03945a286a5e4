package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/jackc/pgx/v5"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrationLock is any number that nothing else in this database locks.
const migrationLock = 7203115

// migrate applies what is missing of migrations/, in the order of the names, all or nothing. It is safe to run twice and
// from two tasks at once: the second waits for the first's lock, and then finds nothing to do.
func migrate(ctx context.Context, url string) error {
	if url == "" {
		return errors.New("DATABASE_URL is not set")
	}
	connection, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("cannot migrate: %w", err)
	}
	defer connection.Close(context.WithoutCancel(ctx))
	return pgx.BeginFunc(ctx, connection, func(tx pgx.Tx) error {
		// The transaction's end releases the lock, whatever ends it.
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", migrationLock); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `CREATE TABLE IF NOT EXISTS migrations (
			name TEXT PRIMARY KEY, applied_at TIMESTAMPTZ NOT NULL DEFAULT now())`)
		if err != nil {
			return err
		}
		names, err := fs.Glob(migrations, "migrations/*.sql") // sorted
		if err != nil {
			return err
		}
		for _, name := range names {
			if err := apply(ctx, tx, name); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		return nil
	})
}

func apply(ctx context.Context, tx pgx.Tx, name string) error {
	added, err := tx.Exec(ctx, "INSERT INTO migrations (name) VALUES ($1) ON CONFLICT DO NOTHING", name)
	if err != nil || added.RowsAffected() == 0 {
		return err
	}
	statements, err := migrations.ReadFile(name)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, string(statements)); err != nil {
		return err
	}
	slog.Info("applied " + name)
	return nil
}
