"""The register's own settings for `benchmarks.search`: with the usual way beside it, and the time of each answer."""

from lpdqa.settings import *  # noqa: F403
from lpdqa.settings import MIDDLEWARE, REST_FRAMEWORK

ROOT_URLCONF = "benchmarks.search_urls"
MIDDLEWARE = ["benchmarks.search_urls.TimingMiddleware", *MIDDLEWARE]
# As many as one client can ask; the requests are counted all the same.
REST_FRAMEWORK = {**REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": dict.fromkeys(("anon", "key"), "1000000/min")}
LOG_LEVEL = "WARNING"
ALLOWED_HOSTS = ["*"]
