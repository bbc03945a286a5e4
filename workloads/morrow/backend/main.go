// Morrow's API: notes in PostgreSQL, a list of them in Redis, files in object storage. It does not know which cloud it
// is on; its environment is all it is told.
//
//	backend          serves on PORT
//	backend migrate  brings the schema up to date and ends
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// Together within the 30 s that ECS grants after SIGTERM; Cloud Run ends it after 10 in any case.
const (
	notice = time.Second // that /ready says no while everything is still answered
	drain  = 27 * time.Second
)

func main() {
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: severity})))
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		slog.Error(err.Error())
		os.Exit(1)
	}
}

// Cloud Logging reads "severity" and "message"; CloudWatch takes any name.
func severity(_ []string, attribute slog.Attr) slog.Attr {
	switch attribute.Key {
	case slog.LevelKey:
		attribute.Key = "severity"
	case slog.MessageKey:
		attribute.Key = "message"
	}
	return attribute
}

func run(ctx context.Context, arguments []string) error {
	switch {
	case len(arguments) == 0:
		return serve(ctx)
	case len(arguments) == 1 && arguments[0] == "migrate":
		return migrate(ctx, os.Getenv("DATABASE_URL"))
	default:
		return fmt.Errorf("usage: backend [migrate], not %q", arguments)
	}
}

func serve(ctx context.Context) error {
	app, err := open(os.Getenv)
	if err != nil {
		return fmt.Errorf("cannot start: %w", err)
	}
	defer app.close()

	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	server := &http.Server{
		Addr:              ":" + port,
		Handler:           app.routes(),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       75 * time.Second, // longer than the load balancer keeps idle connections (60 s on AWS)
	}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	slog.Info("listening on " + port)
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	app.stopping.Store(true)
	time.Sleep(notice)
	// Running requests finish; new ones find no listener.
	deadline, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	if err := server.Shutdown(deadline); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}
