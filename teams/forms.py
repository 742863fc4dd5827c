"""What a person types about themselves, about a token for a script, and about a provider."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal

from allauth.account.forms import LoginForm as AllauthLoginForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone

from teams.models import Member, Provider, Role, User, Workspace
from teams.tokens import is_own

FIRST_BASE_URL = "https://api.parallel.ai"
SECRETS = {"key", "webhook_secret"}
LIMITS = ("runs_per_minute", "most_in_flight", "usd_per_day")
MOST_RUNS = 1_000_000
FROM_HERE = "This is a token of this installation. Enter the key that the provider gave you."
KEPT = "Empty: the stored one stays."


class LoginForm(AllauthLoginForm):
    """The sign-in page's form, in this product's words."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "E-mail address"
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class SignInForm(forms.Form):
    """The owner's first e-mail address and password."""

    email = forms.EmailField(
        label="E-mail address", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label="Password",
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 8 characters, and not a common one.",
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        email = User.objects.normalize_email(self.cleaned_data["email"]).lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.user.pk).exists():
            raise forms.ValidationError("Another member uses this address. Give a different one.")
        return email

    def clean_password(self) -> str:
        validate_password(self.cleaned_data["password"], User(email=self.cleaned_data.get("email")))
        return self.cleaned_data["password"]


class FocusedForm(forms.Form):
    """A form whose first box with an error has the focus when it is shown again."""

    def add_error(self, field: str | None, error: forms.ValidationError | str) -> None:
        super().add_error(field, error)
        self.fields[next(iter(self.errors))].widget.attrs["autofocus"] = True


class TokenForm(FocusedForm):
    """A new token: no more than its maker may do."""

    name = forms.CharField(
        label="Name",
        max_length=100,
        help_text="What will use it, such as “nightly import”.",
        error_messages={"required": "Give the token a name."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label="Role", initial=Role.EDITOR, help_text="A viewer reads runs; an editor starts them, too."
    )
    last_day = forms.DateField(
        label="Last day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="It expires when this day ends in UTC. Empty: it never expires.",
    )

    def __init__(self, *args, maker: Member, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role, role.label) for role in Role(maker.role).covered]

    def clean_last_day(self) -> date | None:
        day = self.cleaned_data["last_day"]
        if day and day < timezone.now().date():
            raise forms.ValidationError("This day is over. Give today or a later day.")
        return day

    def token(self) -> dict[str, object]:
        """What `create_token` makes of a valid form."""
        day = self.cleaned_data["last_day"]
        return {
            "name": self.cleaned_data["name"],
            "role": Role(self.cleaned_data["role"]),
            "expires_at": datetime.combine(day, time.max, UTC) if day else None,
        }


class HostedProviderForm(FocusedForm):
    """A hosted provider: a new one, or `provider` changed. What was stored secretly is never shown again."""

    name = forms.CharField(
        label="Name",
        max_length=100,
        initial="Parallel",
        help_text="As it is called on every page.",
        error_messages={"required": "Give the provider a name."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    base_url = forms.CharField(
        label="Base URL",
        max_length=500,
        initial=FIRST_BASE_URL,
        help_text="Parallel’s API, or another Groundwork.",
        error_messages={"required": f"Give the address of its API, such as {FIRST_BASE_URL}."},
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    key = forms.CharField(
        label="API key",
        max_length=1000,
        required=False,
        help_text="Kept encrypted, and never shown again.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    webhook_secret = forms.CharField(
        label="Webhook secret",
        max_length=1000,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    runs_per_minute = forms.IntegerField(
        label="Runs a minute", required=False, min_value=1, max_value=MOST_RUNS, help_text="Empty: no limit."
    )
    most_in_flight = forms.IntegerField(
        label="Runs in flight",
        required=False,
        min_value=1,
        max_value=MOST_RUNS,
        help_text="Sent and not over. Empty: no limit.",
    )
    usd_per_day = forms.DecimalField(
        label="USD a day",
        required=False,
        min_value=Decimal("0.01"),
        max_digits=10,
        decimal_places=2,
        help_text="By Parallel’s prices, for a day in UTC. Empty: no limit.",
    )
    make_default = forms.BooleanField(label="Use it for new runs", required=False)

    def __init__(
        self,
        *args,
        workspace: Workspace,
        check_address: Callable[[str], str],
        webhook_url: str = "",
        provider: Provider | None = None,
        **kwargs,
    ):
        """`check_address` gives an address as it is stored, or says in a ValueError what is wrong with it.

        Without a `webhook_url` nobody outside can call this installation, and no secret for it is asked.
        """
        super().__init__(*args, **kwargs)
        self.workspace, self.check_address, self.provider = workspace, check_address, provider
        self.fields[
            "webhook_secret"
        ].help_text = (
            f"Optional. Let the provider’s webhooks call {webhook_url} and enter the secret that signs them."
        )
        if provider:
            self.show(provider)
        if not webhook_url:
            del self.fields["webhook_secret"]

    def add_error(self, field: str | None, error: forms.ValidationError | str) -> None:
        """What was typed as a secret is never sent back, so its box stays, unless it is what is wrong."""
        super().add_error(field, error)
        for name in SECRETS & self.fields.keys():
            self.fields[name].widget.attrs.pop("hx-preserve", None)
            if name not in self.errors:
                self.fields[name].widget.attrs["hx-preserve"] = "true"

    def show(self, provider: Provider) -> None:
        """Begin with what the provider has, but for its secrets."""
        shown = ("name", "base_url", *LIMITS)
        self.initial |= {name: getattr(provider, name) for name in shown}
        self.fields["key"].help_text = KEPT
        if provider.sealed_webhook_secret:
            self.fields["webhook_secret"].help_text += f" {KEPT}"
        del self.fields["make_default"]  # a button of its own page

    def clean_name(self) -> str:
        others = self.workspace.providers.usable().filter(name__iexact=self.cleaned_data["name"])
        if others.exclude(pk=self.provider and self.provider.pk).exists():
            raise forms.ValidationError("Another provider has this name. Give a different one.")
        return self.cleaned_data["name"]

    def clean_base_url(self) -> str:
        try:
            return self.check_address(self.cleaned_data["base_url"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean_key(self) -> str:
        key = self.cleaned_data["key"]
        if not all("!" <= letter <= "~" for letter in key):
            raise forms.ValidationError("A key has no spaces or accents. Copy it again, whole.")
        if is_own(key):
            raise forms.ValidationError(FROM_HERE)
        if self.provider is None and not key:
            raise forms.ValidationError("Enter the API key that the provider gave you.")
        if "base_url" in self.cleaned_data and self.is_elsewhere and not key:
            raise forms.ValidationError("Enter the key again: the stored one is not sent to a new address.")
        return key

    @property
    def is_elsewhere(self) -> bool:
        """Whether the address is another than the provider has."""
        return self.provider is None or self.cleaned_data["base_url"] != self.provider.base_url

    def connection(self) -> tuple[str, str]:
        """The base URL and the key that a valid form stands for; `Unreadable` for a stored key."""
        stored = self.provider.key if self.provider and not self.cleaned_data["key"] else ""
        return self.cleaned_data["base_url"], self.cleaned_data["key"] or stored

    @property
    def changes_connection(self) -> bool:
        return self.is_elsewhere or bool(self.cleaned_data["key"])
