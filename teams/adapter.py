"""How allauth behaves here: accounts come from an admin or the first start, never from a sign-up form."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": (
            "No account has this e-mail address with this password. Check both, or ask whoever runs this "
            "server for a one-time link."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
