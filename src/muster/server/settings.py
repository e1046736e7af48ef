"""Django's settings.  Everything that differs between machines comes from the environment.

Two connections: `default` is the application's role, which owns nothing; `owner` creates tables and
is used by migrations alone.  server/database.py decides where they lead.
"""

import json
import os
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def _connection(variable: str) -> dict[str, object]:
    """Read one database connection that server/database.py left in the environment."""
    params = json.loads(os.environ.get(variable, "{}"))
    options = {key: params[key] for key in ("options", "sslmode", "sslrootcert") if key in params}
    # Only what asks for it is prepared (records/statements.py), however often the rest is run.
    options["prepare_threshold"] = sys.maxsize
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": params.get("host", ""),
        "PORT": params.get("port", ""),
        "USER": params.get("user", ""),
        "PASSWORD": params.get("password", ""),
        "NAME": params.get("dbname", "muster"),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


DATABASES = {"default": _connection("MUSTER_APP_DSN"), "owner": _connection("MUSTER_OWNER_DSN")}
DATABASE_ROUTERS: list[str] = []

SECRET_KEY = os.environ.get("MUSTER_SECRET_KEY", "only-for-commands-that-serve-nothing")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("MUSTER_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [name for name in os.environ.get("MUSTER_ORIGINS", "").split(",") if name]

INSTALLED_APPS = [
    "muster.records.apps.RecordsConfig",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "muster.api.answers.one_shape",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "muster.web.middleware.know_the_actor",
    "muster.web.middleware.AnswerRefusals",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "muster.server.urls"
WSGI_APPLICATION = "muster.server.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "muster.web.jinja.environment"},
    },
]
STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

AUTH_USER_MODEL = "records.User"
LOGIN_URL = "/sign-in"
SESSION_COOKIE_NAME = "muster_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_COOKIES = os.environ.get("MUSTER_HTTPS", "") == "1"
SESSION_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_SECURE = SECURE_COOKIES
CSRF_FAILURE_VIEW = "muster.web.errors.csrf_failed"
X_FRAME_OPTIONS = "DENY"

# The demo sets its own clock; a real site has the machine's.
CLOCK = os.environ.get("MUSTER_CLOCK", "")
# A folder with OASIS's own schemas of EDXL; messages are then judged by those.
EDXL_SCHEMAS = os.environ.get("MUSTER_EDXL_SCHEMAS", "")
SITE_NAME = os.environ.get("MUSTER_SITE", "main")

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
LANGUAGE_CODE = "en"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Procrastinate's connector must use the application's connection.
PROCRASTINATE_DATABASE_ALIAS = "default"
PROCRASTINATE_IMPORT_PATHS = ["muster.jobs.imports", "muster.jobs.plans", "muster.jobs.upkeep"]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""

# A request of a hundred lines is about 50 kB of JSON.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# A list is read from its file; the cap on its size is that of the action that keeps it.
FILE_UPLOAD_HANDLERS = [
    "muster.server.uploads.CappedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
