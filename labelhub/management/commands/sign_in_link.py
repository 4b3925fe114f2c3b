"""`manage.py sign_in_link [NAME]`: print a one-time link that signs a person in."""

from __future__ import annotations

from urllib.parse import quote

from django.core.management.base import BaseCommand, CommandParser

from labelhub.accounts.models import Role
from labelhub.accounts.services import sign_in_link_make
from labelhub.embedded import places


class Command(BaseCommand):
    help = "Print a one-time sign-in link. A new name makes a new user, without a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", nargs="?", default="admin")
        parser.add_argument(
            "--role", choices=Role.values, help="what the person may do (new: annotator)"
        )
        parser.add_argument("--next", default="", help="the page to open, such as /library")
        parser.add_argument(
            "--origin",
            default=f"http://{places.host()}:{places.port()}",
            help="the address people reach labelhub at",
        )

    def handle(self, *args: object, **options: str | None) -> None:
        username = str(options["username"])
        role = Role(options["role"]) if options["role"] else None
        if role is None and username == "admin":
            role = Role.ADMIN
        token = sign_in_link_make(username=username, role=role)
        following = f"?next={quote(str(options['next']), safe='/')}" if options["next"] else ""
        self.stdout.write(f"{options['origin']}/sign-in{following}#{token}")
