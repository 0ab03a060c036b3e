# Cairn in a container. `docs/containers.md` says how to run it, and what of this file has been run.

ARG PYTHON=3.11

FROM python:${PYTHON}-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv --without-pip /opt/venv
# The dependencies first: they change less often than the program, and a layer that did not change is not made again.
COPY requirements.lock /srv/cairn/
RUN pip --python /opt/venv/bin/python install --only-binary :all: --require-hashes -r /srv/cairn/requirements.lock
COPY pyproject.toml README.md /srv/cairn/
COPY app /srv/cairn/app
COPY migrations /srv/cairn/migrations
COPY templates /srv/cairn/templates
COPY static /srv/cairn/static
COPY seeds /srv/cairn/seeds
# Editable: templates, migrations and seeds are found beside the code. Bytecode is made now, nothing is written later.
RUN pip --python /opt/venv/bin/python install --no-deps --no-build-isolation --editable /srv/cairn \
    && python -m compileall -q /srv/cairn/app

FROM python:${PYTHON}-slim
RUN groupadd --gid 10001 cairn \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin cairn \
    && install -d -o 10001 -g 10001 -m 0750 /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/cairn /srv/cairn
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    CAIRN_DATA_DIR=/data
WORKDIR /srv/cairn
USER 10001:10001
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
# Any answer below 500 means alive: where only other host names are trusted, this request is refused, but answered.
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import http.client as h, sys; c = h.HTTPConnection('127.0.0.1', 8000, timeout=4); c.request('GET', '/healthz'); sys.exit(c.getresponse().status >= 500)"]
CMD ["cairn", "serve", "--host", "0.0.0.0", "--port", "8000"]
