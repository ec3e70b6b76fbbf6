# Slipway in a container: the packages of requirements.lock that it runs on, and nothing else.
# docs/operations.md says how to run it; compose.yml is ready for use.

FROM python:3.11-slim AS build
WORKDIR /src
RUN python -m venv /opt/slipway
ENV PATH=/opt/slipway/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY .ci/runtime .ci/runtime
COPY requirements.lock pyproject.toml ./
RUN python .ci/runtime setuptools > runtime.lock \
    && pip install --no-deps --require-hashes -r runtime.lock
COPY README.md LICENSE manifest.yml ./
# .dockerignore leaves the practice rooms out: they are for `make demo` in a checkout.
COPY bot bot
COPY commands commands
COPY integrations integrations
RUN pip install --no-deps --no-build-isolation --no-index . \
    && pip uninstall --yes setuptools pip

FROM python:3.11-slim
COPY --from=build /opt/slipway /opt/slipway
RUN useradd --system --uid 10001 --no-create-home --home-dir /data slipway \
    && install -d -o slipway -m 0700 /data
ENV PATH=/opt/slipway/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER slipway
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=6s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as ask; ask.urlopen('http://127.0.0.1:8080/healthz', timeout=5)"]
# The exec form: SIGTERM reaches the bot itself, and it stops in order.
ENTRYPOINT ["slipway"]
CMD ["run", "--config", "/etc/slipway/slipway.toml"]
