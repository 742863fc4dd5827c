"""What a person types about themselves, and about a token for a script."""

from datetime import UTC, date, datetime, time

from allauth.account.forms import LoginForm as AllauthLoginForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone

from teams.models import Member, Role, User


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


class TokenForm(forms.Form):
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

    def add_error(self, field: str | None, error: forms.ValidationError | str) -> None:
        """Let the first box with an error have the focus when the form is shown again."""
        super().add_error(field, error)
        self.fields[next(iter(self.errors))].widget.attrs["autofocus"] = True

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
