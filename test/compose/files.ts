/** Compose files as people write them. */

/** Two services with PostgreSQL and Redis, and much of what else such files say. */
export const shopCompose = `services:
  web:
    build: ./web
    ports: ["3000:3000"]
    environment:
      API_URL: http://api:8000
      NODE_ENV: production
    depends_on: [api]
  api:
    build:
      context: ./api
      target: runtime
    command: uvicorn main:app --host 0.0.0.0
    ports:
      - "8000:8000"
    environment:
      DATABASE_URL: postgresql://shop:secret@db:5432/shop
      REDIS_URL: redis://cache:6379/0
      CELERY_BROKER_URL: redis://cache:6379/1
      JWT_SECRET: dev-only
      STRIPE_API_KEY:
      LOG_LEVEL: \${LOG_LEVEL:-info}
      SMTP_HOST: \${SMTP_HOST}
    env_file: .env
    depends_on:
      db: { condition: service_healthy }
      cache: { condition: service_started }
      migrate: { condition: service_completed_successfully }
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:8000/health"]
      interval: 10s
      retries: 5
    deploy:
      replicas: 2
      resources: { limits: { cpus: "0.5", memory: 512M } }
    volumes:
      - uploads:/app/uploads
      - ./api:/app
      - /app/.venv
    stop_grace_period: 1m
  migrate:
    build: ./api
    command: alembic upgrade head
    depends_on: [db]
  db:
    image: postgres:16-alpine
    environment: { POSTGRES_PASSWORD: secret, POSTGRES_DB: shop, POSTGRES_USER: shop }
    volumes: [pg:/var/lib/postgresql/data, "./init.sql:/docker-entrypoint-initdb.d/init.sql"]
  cache:
    image: redis:7-alpine
    command: redis-server --appendonly yes
  mailhog:
    image: mailhog/mailhog
volumes:
  pg:
  uploads:
networks:
  back: {}
`;

/** The development environment of Morrow's design document. */
export const morrowCompose = `version: '3.8'
services:
  backend:
    build:
      context: ./backend
      dockerfile: Dockerfile.dev
    ports:
      - "8080:8080"
    environment:
      - DB_HOST=postgres
      - REDIS_HOST=redis
    depends_on:
      - postgres
      - redis
    volumes:
      - ./backend:/app

  frontend:
    build:
      context: ./frontend
      dockerfile: Dockerfile.dev
    ports:
      - "3000:3000"
    environment:
      - REACT_NATIVE_PACKAGER_HOSTNAME=0.0.0.0
    volumes:
      - ./frontend:/app

  postgres:
    image: postgres:15-alpine
    environment:
      POSTGRES_DB: morrow_dev
      POSTGRES_USER: morrow
      POSTGRES_PASSWORD: password
    ports:
      - "5432:5432"
    volumes:
      - postgres_data:/var/lib/postgresql/data

  redis:
    image: redis:7-alpine
    ports:
      - "6379:6379"

volumes:
  postgres_data:
`;
