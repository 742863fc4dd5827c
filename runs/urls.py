from django.urls import path, register_converter

from runs.converters import GroupId, RunId
from runs.views.batches import batch, batches
from runs.views.export import export
from runs.views.history import history
from runs.views.run import cancel, details, retry, run

register_converter(RunId, "run")
register_converter(GroupId, "group")

app_name = "runs"
urlpatterns = [
    path("", history, name="history"),
    path("export.<slug:slug>", export, name="export"),
    path("<run:run_id>/", run, name="run"),
    path("<run:run_id>/details/", details, name="details"),
    path("<run:run_id>/cancel/", cancel, name="cancel"),
    path("<run:run_id>/retry/", retry, name="retry"),
]
batch_patterns = (
    [path("", batches, name="batches"), path("<group:group_id>/", batch, name="batch")],
    "batches",
)
