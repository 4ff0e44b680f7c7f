# The portal as a container: web by default; `python manage.py worker` for the background.
FROM python:3.11-slim-bookworm AS build
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --extra pdf

FROM python:3.11-slim-bookworm
# What WeasyPrint draws the attestations with. Without it the portal runs, and offers them to print.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 1000 portail
WORKDIR /app
COPY --from=build /app/.venv /app/.venv
COPY --chown=portail . .
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=portal.settings.production \
    VAR_DIR=/var/lib/portail
RUN mkdir -p /var/lib/portail && chown portail /var/lib/portail \
    && SECRET_KEY=build-only-build-only-build-only-build-only-build-only-00 \
       ALLOWED_HOSTS=localhost BASE_URL=http://localhost DATABASE_URL=sqlite:///:memory: \
       SEARCH_ENGINE=embedded EMAIL_URL=smtp://localhost DEFAULT_FROM_EMAIL=build@localhost \
       STATIC_ROOT=/app/static python manage.py collectstatic --noinput
ENV STATIC_ROOT=/app/static
USER portail
VOLUME /var/lib/portail
EXPOSE 8000
CMD ["gunicorn", "portal.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--limit-request-line", "8190"]
