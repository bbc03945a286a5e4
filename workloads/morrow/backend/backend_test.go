package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
)

func request(t *testing.T, handler http.Handler, method, path, body string) *http.Response {
	t.Helper()
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest(method, path, strings.NewReader(body)))
	return recorder.Result()
}

func text(t *testing.T, response *http.Response) string {
	t.Helper()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// environment of servers that are not there, and a folder for assets.
func environment(t *testing.T, more map[string]string) func(string) string {
	values := map[string]string{
		"DATABASE_URL": "postgresql://app:canary@127.0.0.1:1/app?sslmode=disable",
		"REDIS_URL":    "redis://:canary@127.0.0.1:1",
		"ASSETS_URL":   "file://" + t.TempDir(),
	}
	for name, value := range more {
		values[name] = value
	}
	return func(name string) string { return values[name] }
}

func TestHealthyButNotReadyWithoutItsServers(t *testing.T) {
	app, err := open(environment(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	defer app.close()
	routes := app.routes()
	if got := request(t, routes, "GET", "/health", "").StatusCode; got != 200 {
		t.Errorf("/health: %d", got)
	}
	response := request(t, routes, "GET", "/ready", "")
	if body := text(t, response); response.StatusCode != 503 || strings.Count(body, "unhealthy") != 2 {
		t.Errorf("/ready: %d %s", response.StatusCode, body)
	}
	if got := request(t, routes, "GET", "/api/notes", "").StatusCode; got != 503 {
		t.Errorf("/api/notes: %d", got)
	}
	if got := request(t, routes, "POST", "/api/notes", `{"text": ""}`).StatusCode; got != 422 {
		t.Errorf("an empty note: %d", got)
	}
}

func TestSettingsAreRefusedWithoutSayingSecrets(t *testing.T) {
	for name, value := range map[string]string{
		"DATABASE_URL": "postgresql://app:canary@h:port/x",
		"REDIS_URL":    "http://:canary@h",
		"ASSETS_URL":   "ftp://h",
		"REDIS_CA":     "no certificate",
	} {
		_, err := open(environment(t, map[string]string{name: value}))
		if err == nil || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStaticFiles(t *testing.T) {
	routes := (&app{}).routes()
	for file, contentType := range map[string]string{
		"app.js": "text/javascript; charset=utf-8", "app.css": "text/css; charset=utf-8", "logo.png": "image/png",
	} {
		response := request(t, routes, "GET", "/static/"+file, "")
		if response.StatusCode != 200 || response.Header.Get("Content-Type") != contentType ||
			response.Header.Get("Cache-Control") != "public, max-age=3600, s-maxage=86400" {
			t.Errorf("%s: %d %v", file, response.StatusCode, response.Header)
		}
	}
	for _, path := range []string{"/static/none.js", "/static/..%2Fapp.go", "/static/"} {
		if got := request(t, routes, "GET", path, "").StatusCode; got != 404 {
			t.Errorf("%s: %d", path, got)
		}
	}
}

func TestAssetsInAFolder(t *testing.T) {
	app, err := open(environment(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	defer app.close()
	routes := app.routes()
	png, _ := static.ReadFile("static/logo.png")
	if got := request(t, routes, "PUT", "/api/assets/logo.png", string(png)).StatusCode; got != 204 {
		t.Fatalf("upload: %d", got)
	}
	response := request(t, routes, "GET", "/api/assets/logo.png", "")
	if response.Header.Get("Content-Type") != "image/png" || text(t, response) != string(png) {
		t.Errorf("download: %v", response.Header)
	}
	for _, path := range []string{"/api/assets/none", "/api/assets/..%2Fx"} {
		if got := request(t, routes, "GET", path, "").StatusCode; got != 404 {
			t.Errorf("%s: %d", path, got)
		}
	}
	if got := request(t, routes, "PUT", "/api/assets/..%2Fx", "x").StatusCode; got != 422 {
		t.Errorf("a name that leads out: %d", got)
	}
}

// TestAssetsInBuckets speaks both products' protocols with a server that keeps objects by path.
func TestAssetsInBuckets(t *testing.T) {
	kept := map[string][]byte{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == "PUT" && strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 "):
			kept[r.URL.Path], _ = io.ReadAll(r.Body)
		case r.Method == "POST" && r.URL.Query().Get("uploadType") == "media":
			path := strings.TrimPrefix(r.URL.Path, "/upload") + "/" + r.URL.Query().Get("name")
			kept[path], _ = io.ReadAll(r.Body)
		case r.Method == "GET" && kept[r.URL.Path] != nil:
			w.Header().Set("Content-Type", "text/x-kept")
			_, _ = w.Write(kept[r.URL.Path])
		default:
			w.WriteHeader(404)
			_, _ = io.WriteString(w, "<Error><Code>NoSuchKey</Code></Error>")
		}
	}))
	defer server.Close()
	t.Setenv("AWS_ENDPOINT_URL_S3", server.URL)
	t.Setenv("AWS_ACCESS_KEY_ID", "id")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "key")
	t.Setenv("STORAGE_EMULATOR_HOST", server.URL)

	ctx := context.Background()
	for address, path := range map[string]string{
		"s3://bucket?region=ap-northeast-1": "/bucket/a b.txt", "gs://bucket": "/storage/v1/b/bucket/o/a b.txt",
	} {
		bucket, err := openObjects(ctx, address)
		if err != nil {
			t.Fatal(err)
		}
		if err := bucket.put(ctx, "a b.txt", []byte("content"), "text/plain"); err != nil {
			t.Fatalf("%s: %v", address, err)
		}
		if !bytes.Contains(kept[path], []byte("content")) {
			t.Errorf("%s keeps nothing at %s", address, path)
		}
		content, contentType, err := bucket.get(ctx, "a b.txt")
		if err != nil || !bytes.Contains(content, []byte("content")) || contentType != "text/x-kept" {
			t.Errorf("%s: %q %q %v", address, content, contentType, err)
		}
		if _, _, err := bucket.get(ctx, "none"); err != fs.ErrNotExist {
			t.Errorf("%s: a missing object is %v", address, err)
		}
	}
}

// startRedis speaks as much of the protocol as the app uses, over TLS, and returns what REDIS_URL and REDIS_CA are.
func startRedis(t *testing.T) (url, ca string) {
	t.Helper()
	https := httptest.NewTLSServer(nil) // for its certificate
	https.Close()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: https.TLS.Certificates})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	var kept sync.Map
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer connection.Close()
				for reader := bufio.NewReader(connection); ; {
					words, err := command(reader)
					if err != nil {
						return
					}
					switch words[0] {
					case "hello":
						_, _ = io.WriteString(connection, "-ERR unknown command\r\n")
					case "ping":
						_, _ = io.WriteString(connection, "+PONG\r\n")
					case "get":
						if value, found := kept.Load(words[1]); found {
							_, _ = fmt.Fprintf(connection, "$%d\r\n%s\r\n", len(value.(string)), value)
						} else {
							_, _ = io.WriteString(connection, "$-1\r\n")
						}
					case "set":
						kept.Store(words[1], words[2])
						_, _ = io.WriteString(connection, "+OK\r\n")
					case "del":
						kept.Delete(words[1])
						_, _ = io.WriteString(connection, ":1\r\n")
					default:
						_, _ = io.WriteString(connection, "+OK\r\n")
					}
				}
			}()
		}
	}()
	block := pem.Block{Type: "CERTIFICATE", Bytes: https.Certificate().Raw}
	return "rediss://:secret@" + listener.Addr().String(), string(pem.EncodeToMemory(&block))
}

// command reads one: *2 $3 get $1 x.
func command(reader *bufio.Reader) ([]string, error) {
	var count, length int
	if _, err := fmt.Fscanf(reader, "*%d\r\n", &count); err != nil {
		return nil, err
	}
	words := make([]string, count)
	for i := range words {
		if _, err := fmt.Fscanf(reader, "$%d\r\n", &length); err != nil {
			return nil, err
		}
		word := make([]byte, length+2)
		if _, err := io.ReadFull(reader, word); err != nil {
			return nil, err
		}
		words[i] = string(word[:length])
	}
	return words, nil
}

func TestRedisOverTlsWithItsOwnAuthority(t *testing.T) {
	url, ca := startRedis(t)
	for _, known := range []bool{true, false} {
		more := map[string]string{"REDIS_URL": url}
		if known {
			more["REDIS_CA"] = ca
		}
		app, err := open(environment(t, more))
		if err != nil {
			t.Fatal(err)
		}
		defer app.close()
		body := text(t, request(t, app.routes(), "GET", "/ready", ""))
		if strings.Contains(body, `"redis":"healthy"`) != known {
			t.Errorf("authority known: %v, and /ready says %s", known, body)
		}
	}
}

// TestWithPostgres needs TEST_DATABASE_URL: an empty database.
func TestWithPostgres(t *testing.T) {
	database := os.Getenv("TEST_DATABASE_URL")
	if database == "" {
		t.Skip("TEST_DATABASE_URL is not set")
	}
	var migrations sync.WaitGroup
	for range 4 { // at once, and on an empty database
		migrations.Add(1)
		go func() {
			defer migrations.Done()
			if err := migrate(context.Background(), database); err != nil {
				t.Error(err)
			}
		}()
	}
	migrations.Wait()
	redis, ca := startRedis(t)
	for _, more := range []map[string]string{{"REDIS_URL": redis, "REDIS_CA": ca}, {}} { // and without Redis
		more["DATABASE_URL"] = database
		app, err := open(environment(t, more))
		if err != nil {
			t.Fatal(err)
		}
		defer app.close()
		routes, cached := app.routes(), len(more) > 1
		if got := request(t, routes, "GET", "/ready", "").StatusCode; (got == 200) != cached {
			t.Errorf("/ready: %d", got)
		}
		for _, written := range []string{"first", "second"} {
			if got := request(t, routes, "POST", "/api/notes", `{"text": "`+written+`"}`).StatusCode; got != 201 {
				t.Fatalf("POST: %d", got)
			}
			for _, hit := range []bool{false, cached} {
				var list struct{ Items []note }
				response := request(t, routes, "GET", "/api/notes", "")
				if err := json.Unmarshal([]byte(text(t, response)), &list); err != nil {
					t.Fatal(err)
				}
				if len(list.Items) == 0 || list.Items[0].Text != written || (response.Header.Get("X-Cache") == "hit") != hit {
					t.Errorf("after %q: %v %v", written, list.Items, response.Header)
				}
			}
		}
	}
}

func TestUsage(t *testing.T) {
	if err := run(context.Background(), []string{"frobnicate"}); err == nil {
		t.Error("an unknown command is no error")
	}
}

func TestReadinessEndsFirst(t *testing.T) {
	app := &app{}
	app.stopping.Store(true)
	if got := request(t, app.routes(), "GET", "/ready", "").StatusCode; got != 503 {
		t.Errorf("/ready while it stops: %d", got)
	}
	if got := request(t, app.routes(), "GET", "/health", "").StatusCode; got != 200 {
		t.Errorf("/health while it stops: %d", got)
	}
}
