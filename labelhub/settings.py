"""Every setting, each from the environment with a default that fits one machine; a malformed value
is refused.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from labelhub.embedded import places

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = places.home()


def env_bool(name: str, default: bool) -> bool:
    value = os.environ.get(name, "")
    if value not in ("", "true", "false"):
        raise ImproperlyConfigured(f"{name} is {value!r}: write true or false.")
    return default if value == "" else value == "true"


def env_list(name: str, default: list[str]) -> list[str]:
    value = os.environ.get(name, "")
    return [part.strip() for part in value.split(",") if part.strip()] or default


def secret_key() -> str:
    """The key of LABELHUB_SECRET_KEY, or one made once for this home and readable by its owner
    alone.
    """
    given = os.environ.get("LABELHUB_SECRET_KEY", "")
    if given:
        if len(given) < 32:
            raise ImproperlyConfigured(
                "LABELHUB_SECRET_KEY is too short: use 32 characters or more."
            )
        return given
    path = HOME / "secret_key"
    try:
        return path.read_text()
    except FileNotFoundError:
        HOME.mkdir(parents=True, exist_ok=True)
        made = secrets.token_urlsafe(48)
        try:
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(made)
        except FileExistsError:  # another process was first
            return path.read_text()
        return made


SECRET_KEY = secret_key()
DEBUG = env_bool("LABELHUB_DEBUG", default=False)
ALLOWED_HOSTS = env_list("LABELHUB_ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env_list("LABELHUB_TRUSTED_ORIGINS", [])
HTTPS = env_bool("LABELHUB_HTTPS", default=False)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "ninja",
    "labelhub",
    "labelhub.accounts",
    "labelhub.jobs",
    "labelhub.images",
    "labelhub.tags",
    "labelhub.labels",
    "labelhub.taggers",
    "labelhub.review",
    "labelhub.search",
    "labelhub.datasets",
    "labelhub.training",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "labelhub.views.BuiltFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "labelhub.urls"
WSGI_APPLICATION = "labelhub.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        places.database_url(), conn_max_age=600, conn_health_checks=True
    )
}
# What every process must know and need not last: who guessed how many passwords. In Postgres,
# so that signing in works without Redis. allauth counts a guess in a few rows per name and address;
# beyond MAX_ENTRIES rows Django forgets some, so a guesser must not be able to fill them quickly.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cacheentry",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"

SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "en"
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

# The built browser application. Vite puts a hash into every name under assets/, so those are cached
# for ever; index.html never, and `labelhub.views.application` alone serves it.
FRONTEND = BASE_DIR / "frontend" / "dist"
STATIC_URL = "static/"
WHITENOISE_ROOT = FRONTEND if FRONTEND.is_dir() else None
WHITENOISE_INDEX_FILE = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/assets/"

# Originals, thumbnails, datasets: any django-storages backend fits here. Taggers are not in it:
# web and workers read their files, heads included, as plain files below LABELHUB_HOME
# (`labelhub.taggers.files`), so machines that share the work have to share that folder.
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(HOME / "files"), "base_url": None},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# An upload is one raw body per file and is streamed to storage; it never rests in memory.
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024

LABELHUB_TAGGER = os.environ.get("LABELHUB_TAGGER", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
}
