package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"golang.org/x/oauth2/google"
)

// objects is a bucket of any product. get says fs.ErrNotExist of what is not there.
type objects interface {
	put(ctx context.Context, name string, content []byte, contentType string) error
	get(ctx context.Context, name string) (content []byte, contentType string, err error)
}

// openObjects opens the bucket that ASSETS_URL names: s3://bucket?region=…, gs://bucket or file:///folder. It connects to nothing.
func openObjects(ctx context.Context, address string) (objects, error) {
	at, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("ASSETS_URL: %w", err)
	}
	switch at.Scheme {
	case "s3":
		// Credentials and AWS_ENDPOINT_URL_S3 are the SDK's own business.
		settings, err := config.LoadDefaultConfig(ctx)
		if err != nil {
			return nil, err
		}
		return s3Bucket{s3.NewFromConfig(settings, func(options *s3.Options) {
			if region := at.Query().Get("region"); region != "" {
				options.Region = region
			}
			options.UsePathStyle = os.Getenv("AWS_ENDPOINT_URL_S3") != "" || os.Getenv("AWS_ENDPOINT_URL") != ""
		}), at.Host}, nil
	case "gs":
		return openGcs(ctx, at.Host)
	case "file":
		if err := os.MkdirAll(at.Path, 0o750); err != nil {
			return nil, fmt.Errorf("ASSETS_URL: %w", err)
		}
		root, err := os.OpenRoot(at.Path)
		if err != nil {
			return nil, fmt.Errorf("ASSETS_URL: %w", err)
		}
		return folder{root}, nil
	}
	return nil, fmt.Errorf("ASSETS_URL begins with %q: s3, gs and file are known", at.Scheme)
}

type s3Bucket struct {
	client *s3.Client
	name   string
}

func (bucket s3Bucket) put(ctx context.Context, name string, content []byte, contentType string) error {
	_, err := bucket.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &bucket.name, Key: &name, Body: bytes.NewReader(content), ContentType: &contentType,
	})
	return err
}

func (bucket s3Bucket) get(ctx context.Context, name string) ([]byte, string, error) {
	found, err := bucket.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket.name, Key: &name})
	var missing *types.NoSuchKey
	if errors.As(err, &missing) {
		return nil, "", fs.ErrNotExist
	}
	if err != nil {
		return nil, "", err
	}
	defer found.Body.Close()
	content, err := io.ReadAll(found.Body)
	return content, aws.ToString(found.ContentType), err
}

// gcsBucket speaks Cloud Storage's JSON API: two requests need no client library with gRPC inside.
type gcsBucket struct {
	client   *http.Client
	endpoint string
	name     string
}

func openGcs(ctx context.Context, name string) (objects, error) {
	if emulator := os.Getenv("STORAGE_EMULATOR_HOST"); emulator != "" {
		if !strings.Contains(emulator, "://") {
			emulator = "http://" + emulator
		}
		return gcsBucket{http.DefaultClient, emulator, name}, nil
	}
	// The metadata server's token, or whatever else the environment has, renewed by itself.
	client, err := google.DefaultClient(ctx, "https://www.googleapis.com/auth/devstorage.read_write")
	if err != nil {
		return nil, err
	}
	return gcsBucket{client, "https://storage.googleapis.com", name}, nil
}

func (bucket gcsBucket) put(ctx context.Context, name string, content []byte, contentType string) error {
	at := fmt.Sprintf("%s/upload/storage/v1/b/%s/o?uploadType=media&name=%s",
		bucket.endpoint, url.PathEscape(bucket.name), url.QueryEscape(name))
	_, _, err := bucket.do(ctx, http.MethodPost, at, content, contentType)
	return err
}

func (bucket gcsBucket) get(ctx context.Context, name string) ([]byte, string, error) {
	at := fmt.Sprintf("%s/storage/v1/b/%s/o/%s?alt=media",
		bucket.endpoint, url.PathEscape(bucket.name), url.PathEscape(name))
	return bucket.do(ctx, http.MethodGet, at, nil, "")
}

func (bucket gcsBucket) do(ctx context.Context, method, at string, body []byte, contentType string) ([]byte, string, error) {
	request, err := http.NewRequestWithContext(ctx, method, at, bytes.NewReader(body))
	if err != nil {
		return nil, "", err
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := bucket.client.Do(request)
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusOK:
		content, err := io.ReadAll(response.Body)
		return content, response.Header.Get("Content-Type"), err
	case http.StatusNotFound:
		return nil, "", fs.ErrNotExist
	}
	return nil, "", fmt.Errorf("cloud storage: %s", response.Status)
}

// folder keeps objects on a laptop's disk; os.Root lets no name lead out of it.
type folder struct{ root *os.Root }

func (folder folder) put(_ context.Context, name string, content []byte, _ string) error {
	file, err := folder.root.Create(name)
	if err != nil {
		return err
	}
	if _, err := file.Write(content); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}

func (folder folder) get(_ context.Context, name string) ([]byte, string, error) {
	file, err := folder.root.Open(name)
	if err != nil {
		return nil, "", err
	}
	defer file.Close()
	content, err := io.ReadAll(file)
	return content, http.DetectContentType(content), err
}
