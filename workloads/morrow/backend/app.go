package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"path"
	"regexp"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/go-redis/v9"
)

//go:embed static
var static embed.FS

// Compiled-in files have no time of their own, and http.ServeContent's types depend on the machine's mime.types.
var contentTypes = map[string]string{
	".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".png": "image/png",
}

const (
	listKey      = "notes"
	listLifetime = 30 * time.Second
	maxAsset     = 5 << 20
	patience     = 3 * time.Second // less than the 5 s that load balancers commonly allow
)

type note struct {
	ID        int64     `json:"id"`
	Text      string    `json:"text"`
	CreatedAt time.Time `json:"created_at"`
}

type app struct {
	db     *pgxpool.Pool
	redis  *redis.Client
	assets objects
	// Asked to end: /ready says so before the listener is gone.
	stopping atomic.Bool
}

// open reads the environment contract and connects to nothing: what is away makes /ready say so, not the process end.
func open(getenv func(string) string) (*app, error) {
	settings, err := pgxpool.ParseConfig(getenv("DATABASE_URL"))
	if err != nil || getenv("DATABASE_URL") == "" {
		return nil, errors.New("DATABASE_URL is no PostgreSQL URL") // pgx's own words hold the URL
	}
	settings.MaxConns = 4 // ten instances fit the smallest server
	db, err := pgxpool.NewWithConfig(context.Background(), settings)
	if err != nil {
		return nil, err
	}
	options, err := redis.ParseURL(getenv("REDIS_URL"))
	if err != nil {
		return nil, errors.New("REDIS_URL is no Redis URL")
	}
	// A cache that is away must cost less than what it saves.
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout = time.Second, time.Second, time.Second
	options.MaxRetries, options.DialerRetries = -1, 1
	if ca := getenv("REDIS_CA"); ca != "" {
		if options.TLSConfig == nil {
			return nil, errors.New("REDIS_CA is set, but REDIS_URL does not begin with rediss://")
		}
		// The server's authority instead of the public ones, not beside them.
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM([]byte(ca)) {
			return nil, errors.New("REDIS_CA holds no PEM certificate")
		}
		options.TLSConfig.RootCAs = pool
		options.TLSConfig.MinVersion = tls.VersionTLS12
	}
	assets, err := openObjects(context.Background(), getenv("ASSETS_URL"))
	if err != nil {
		return nil, err
	}
	return &app{db: db, redis: redis.NewClient(options), assets: assets}, nil
}

func (app *app) close() {
	app.db.Close()
	app.redis.Close()
}

func (app *app) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) {
		// The process alone: a restart would not repair the database.
		answer(w, http.StatusOK, map[string]string{"status": "healthy"})
	})
	mux.HandleFunc("GET /ready", app.ready)
	mux.HandleFunc("GET /api/notes", app.list)
	mux.HandleFunc("POST /api/notes", app.add)
	mux.HandleFunc("GET /api/assets/{name}", app.download)
	mux.HandleFunc("PUT /api/assets/{name}", app.upload)
	mux.HandleFunc("GET /static/{file}", serveStatic)
	return mux
}

func (app *app) ready(w http.ResponseWriter, r *http.Request) {
	if app.stopping.Load() {
		answer(w, http.StatusServiceUnavailable, map[string]string{"status": "stopping"})
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	status, states := http.StatusOK, map[string]string{"database": "healthy", "redis": "healthy"}
	for name, err := range map[string]error{"database": app.db.Ping(ctx), "redis": app.redis.Ping(ctx).Err()} {
		if err != nil {
			slog.Warn("not ready", "service", name, "error", err.Error())
			status, states[name] = http.StatusServiceUnavailable, "unhealthy"
		}
	}
	answer(w, status, states)
}

func (app *app) list(w http.ResponseWriter, r *http.Request) {
	if cached, err := app.redis.Get(r.Context(), listKey).Bytes(); err == nil {
		w.Header().Set("X-Cache", "hit")
		answer(w, http.StatusOK, json.RawMessage(cached))
		return
	}
	// Whatever Redis said, the database knows: a cache that is away costs time, not answers.
	rows, _ := app.db.Query(r.Context(), "SELECT id, text, created_at FROM notes ORDER BY id DESC LIMIT 50")
	notes, err := pgx.CollectRows(rows, pgx.RowToStructByPos[note])
	if err != nil {
		unavailable(w, err)
		return
	}
	body := map[string][]note{"items": notes}
	if encoded, err := json.Marshal(body); err == nil {
		if err := app.redis.Set(r.Context(), listKey, encoded, listLifetime).Err(); err != nil {
			slog.Warn("cache", "error", err.Error())
		}
	}
	answer(w, http.StatusOK, body)
}

func (app *app) add(w http.ResponseWriter, r *http.Request) {
	var new struct{ Text string }
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4096)).Decode(&new)
	if length := utf8.RuneCountInString(new.Text); err != nil || length < 1 || length > 200 {
		refuse(w, http.StatusUnprocessableEntity, `send {"text": "…"} of 1 to 200 characters`)
		return
	}
	added := note{Text: new.Text}
	row := app.db.QueryRow(r.Context(), "INSERT INTO notes (text) VALUES ($1) RETURNING id, created_at", new.Text)
	if err := row.Scan(&added.ID, &added.CreatedAt); err != nil {
		unavailable(w, err)
		return
	}
	if err := app.redis.Del(r.Context(), listKey).Err(); err != nil {
		slog.Warn("cache", "error", err.Error())
	}
	answer(w, http.StatusCreated, added)
}

var assetName = regexp.MustCompile(`^[A-Za-z0-9][\w.-]{0,99}$`)

func (app *app) upload(w http.ResponseWriter, r *http.Request) {
	content, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxAsset))
	if name := r.PathValue("name"); err != nil || !assetName.MatchString(name) {
		refuse(w, http.StatusUnprocessableEntity, fmt.Sprintf("a plain name and at most %d bytes", maxAsset))
	} else if err := app.assets.put(r.Context(), name, content, http.DetectContentType(content)); err != nil {
		unavailable(w, err)
	} else {
		w.WriteHeader(http.StatusNoContent)
	}
}

func (app *app) download(w http.ResponseWriter, r *http.Request) {
	content, contentType, err := app.assets.get(r.Context(), r.PathValue("name"))
	if errors.Is(err, fs.ErrNotExist) || !assetName.MatchString(r.PathValue("name")) {
		refuse(w, http.StatusNotFound, "no such asset")
	} else if err != nil {
		unavailable(w, err)
	} else {
		// What others uploaded is never run as a page of this site.
		w.Header().Set("Content-Security-Policy", "sandbox")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write(content)
	}
}

// serveStatic serves what the CDN keeps: an hour in browsers, a day in the CDN.
func serveStatic(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	content, err := static.ReadFile("static/" + name)
	contentType, known := contentTypes[path.Ext(name)]
	if err != nil || !known {
		refuse(w, http.StatusNotFound, "no such file")
		return
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Cache-Control", "public, max-age=3600, s-maxage=86400")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(content)
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func refuse(w http.ResponseWriter, status int, detail string) {
	answer(w, status, map[string]string{"detail": detail})
}

func unavailable(w http.ResponseWriter, err error) {
	slog.Error("unavailable", "error", err.Error())
	w.Header().Set("Retry-After", "5")
	refuse(w, http.StatusServiceUnavailable, "temporarily unavailable")
}
