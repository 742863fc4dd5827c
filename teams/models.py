"""Who works here: workspaces, their members, tokens for scripts, and the providers that answer their runs."""

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils import timezone

from teams.secrets import unseal


class Role(models.TextChoices):
    """What a member or token may do; each role may do all that the ones before it may."""

    VIEWER = "viewer", "Viewer"
    REVIEWER = "reviewer", "Reviewer"
    EDITOR = "editor", "Editor"
    ADMIN = "admin", "Admin"

    def covers(self, needed: "Role") -> bool:
        return needed in self.covered

    @property
    def covered(self) -> list["Role"]:
        """This role and all below it, the least first."""
        order = list(Role)
        return order[: order.index(self) + 1]


class UserManager(BaseUserManager):
    def create_user(self, email: str | None = None, password: str | None = None, **fields) -> "User":
        user = self.model(email=self.normalize_email(email) or None, **fields)
        user.set_password(password)  # None sets a password that nobody can type
        user.save(using=self._db)
        return user


class User(AbstractUser):
    """A person. The owner of a fresh installation has no e-mail address or password until they set both."""

    username = None
    email = models.EmailField("e-mail address", unique=True, null=True, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ()

    objects = UserManager()

    def __str__(self) -> str:
        return self.get_full_name() or self.email or "Owner"


class Workspace(models.Model):
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="members")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    joined_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="member_once_per_workspace"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="member_role_known"),
        ]

    def __str__(self) -> str:
        return str(self.user)

    def may(self, needed: Role) -> bool:
        return Role(self.role).covers(needed)


class ProviderQuerySet(models.QuerySet):
    def usable(self) -> "ProviderQuerySet":
        """Those that may be given runs."""
        return self.filter(removed_at=None)

    def hosted(self) -> "ProviderQuerySet":
        return self.filter(kind=Provider.Kind.HOSTED)

    def listed(self) -> "ProviderQuerySet":
        return self.usable().order_by("-is_default", "name", "pk")


class Provider(models.Model):
    """Who carries a run out: the built-in engine, or a hosted service that speaks Parallel's API."""

    class Kind(models.TextChoices):
        ENGINE = "engine", "Built-in engine"
        HOSTED = "hosted", "Hosted"

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="providers")
    slug = models.SlugField()
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind)
    is_default = models.BooleanField(default=False)

    base_url = models.CharField(max_length=500, blank=True)
    """Of a hosted one: where its API begins, without a slash at the end."""
    sealed_key = models.TextField(blank=True)
    """Its API key, encrypted; ``key`` is the text."""
    sealed_webhook_secret = models.TextField(blank=True)
    """What it signs its webhooks with, encrypted; empty if it was not given."""
    runs_per_minute = models.PositiveIntegerField(null=True)
    """At most so many runs are sent within any minute; None is no limit. So for the next two."""
    most_in_flight = models.PositiveIntegerField(null=True)
    usd_per_day = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    """By the price table, for a day in UTC."""
    changed_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True)
    """Its runs stay in the history, so a provider that was used is never deleted."""

    objects = ProviderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "slug"], name="provider_slug_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace"], condition=Q(is_default=True), name="provider_one_default_per_workspace"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_hosted(self) -> bool:
        return self.kind == self.Kind.HOSTED

    @property
    def has_limits(self) -> bool:
        return any(
            limit is not None for limit in (self.runs_per_minute, self.most_in_flight, self.usd_per_day)
        )

    @property
    def key(self) -> str:
        """The API key; ``secrets.Unreadable`` if it can't be decrypted."""
        return unseal(self.sealed_key)

    @property
    def webhook_secret(self) -> str:
        return unseal(self.sealed_webhook_secret)


class TokenQuerySet(models.QuerySet):
    def usable(self) -> "TokenQuerySet":
        unexpired = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        return self.filter(unexpired, revoked_at=None)

    def listed(self) -> "TokenQuerySet":
        """Those that still work first, and the newest before the older ones; with who made them."""
        dead = Q(revoked_at__isnull=False) | Q(expires_at__lte=timezone.now())
        state = Case(When(dead, then=Value(1)), default=Value(0))
        return self.select_related("created_by__user").order_by(state, "-created_at", "-pk")


class Token(models.Model):
    """Lets a script act in one workspace. Only a digest of it is stored; the prefix finds the row."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=10, choices=Role)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    created_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="tokens")
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = TokenQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def is_usable(self) -> bool:
        return self.revoked_at is None and not self.is_expired

    def may(self, needed: Role) -> bool:
        return Role(self.role).covers(needed)


class SignInLink(models.Model):
    """A link that signs its user in once. Only a digest of its secret is stored."""

    user = models.ForeignKey(User, models.CASCADE, related_name="signin_links")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
