# One image for every Airflow service and the command line; installed from the lock alone.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm
FROM ${PYTHON_IMAGE}

ENV PYTHONUTF8=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DO_NOT_TRACK=1 \
    TZ=Asia/Shanghai \
    VIRTUAL_ENV=/opt/xushi/.venv \
    PATH=/opt/xushi/.venv/bin:$PATH

# what reads doc, wps, rtf, odt and ods; without it those files are refused with a clear line
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libreoffice-writer-nogui libreoffice-calc-nogui \
    && rm -rf /var/lib/apt/lists/*

RUN useradd --uid 50000 --create-home xushi && install -d -o xushi /opt/xushi /var/lib/xushi /inbox
WORKDIR /opt/xushi
COPY --chown=xushi requirements.lock requirements-ocr.lock requirements-assets.lock ./
RUN python -m venv .venv \
    && pip install --no-cache-dir "uv==$(sed -n 's/^uv==\([0-9.]*\).*/\1/p' requirements.lock)" \
    && uv pip sync --no-cache requirements.lock \
    && uv pip install --no-cache --no-deps --require-hashes -r requirements-assets.lock
# docker build --build-arg OCR=1: scanned pages and pictures are read too
ARG OCR=0
RUN if [ "$OCR" = 1 ]; then uv pip install --no-cache --require-hashes -r requirements-ocr.lock; fi
COPY --chown=xushi . .
RUN uv pip install --no-cache --no-deps --no-build-isolation --editable . && chown -R xushi .venv/lib

USER xushi
ENV XUSHI_HOME=/var/lib/xushi
ENTRYPOINT ["/opt/xushi/docker/entrypoint.sh"]
CMD ["xushi", "--help"]
