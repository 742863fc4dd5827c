import ast
import json
import shlex
import shutil
import subprocess
import sys
from types import ModuleType

import pytest

from runs.snippets import SNIPPETS, to_curl, to_python, to_typescript
from runs.snippets.literals import PROVIDER_HEADER, PUBLIC_API

NASTY = {
    "quotes": 'it\'s "quoted" \'\'\' """ ` \\',
    "lines": "one\ntwo\r\n\tthree\u2028four",
    "shell": "$(touch /tmp/x) `id` $HOME !! ; rm -rf ~ # \\",
    "html": "</script><!--",
    "template": "${process.exit()} {x} %s {{ y }}",
    "signs": "🌍 \u202eabc\u202c שלום \x7f",
    "__proto__": {"constructor": "x"},
    "": [],
    "numbers": [0, -1.5, 1e300, True, None, {}],
}
MODEL = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "description": NASTY["quotes"] + NASTY["lines"]},
        "size": {"type": ["string", "null"], "enum": ["1-10", 'it\'s "big"', None], "description": "Size"},
        "cities": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "people": {"type": "integer"}},
                "required": ["name", "people"],
                "additionalProperties": False,
            },
        },
        "growth": {"anyOf": [{"type": "number"}, {"type": "null"}], "description": "Growth"},
    },
    "required": ["name", "size", "cities", "growth"],
    "additionalProperties": False,
}
PLAIN = {"type": "object", "properties": {"__proto__": {"type": "string"}, "class": {"$ref": "#/$defs/a"}}}


def request(schema):
    return {
        "input": NASTY,
        "processor": "core",
        "task_spec": {"output_schema": {"type": "json", "json_schema": schema}},
        "metadata": {"row": "it's"},
        "enable_events": True,
        "memory_scope_key": "team",
    }


BODIES = [{"input": text, "processor": "lite"} for text in map(str, NASTY.values())] + [request(PLAIN)]


@pytest.mark.parametrize("snippet", SNIPPETS.values(), ids=SNIPPETS)
def test_the_key_is_named_and_never_written(snippet):
    assert "PARALLEL_API_KEY" in snippet.render(request(MODEL), PUBLIC_API)


@pytest.mark.parametrize("snippet", [to_python, to_typescript])
def test_the_address_is_only_given_where_it_is_another(snippet):
    assert PUBLIC_API not in snippet.render(request(MODEL), PUBLIC_API)
    assert '"http://localhost:8000"' in snippet.render(request(MODEL), "http://localhost:8000")


@pytest.mark.parametrize("snippet", SNIPPETS.values(), ids=SNIPPETS)
def test_the_provider_is_only_named_where_it_is_not_the_default(snippet):
    assert PROVIDER_HEADER not in snippet.render(request(MODEL), PUBLIC_API)
    assert PROVIDER_HEADER in snippet.render(request(MODEL), PUBLIC_API, "second")


@pytest.mark.parametrize("snippet", SNIPPETS.values(), ids=SNIPPETS)
def test_no_mark_turns_the_order_of_the_text_around(snippet):
    assert not set("\u202e\u202c\u2028\u2066") & set(snippet.render(request(MODEL), PUBLIC_API))


@pytest.mark.parametrize("body", [*BODIES, request(MODEL)])
def test_a_shell_reads_curl_as_it_was_meant(body):
    words = shlex.split(to_curl.render(body, "http://localhost:8000/a b"), comments=True)
    assert words[:3] == ["curl", "-sS", "http://localhost:8000/a b/v1/tasks/runs"]
    assert json.loads(words[words.index("--data-raw") + 1]) == body


def calls_of(code, monkeypatch):
    """What the code asks of the SDK, run with a stand-in for it."""
    calls = []

    class Runs:
        def create(self, **arguments):
            calls.append(arguments)
            return type("Run", (), {"run_id": "trun_1"})

        def result(self, run_id, api_timeout):
            return type("Result", (), {"output": type("Output", (), {"content": run_id})})

    sdk = ModuleType("parallel")
    sdk.Parallel = lambda **options: type("Client", (), {"task_run": Runs()})
    monkeypatch.setitem(sys.modules, "parallel", sdk)
    monkeypatch.setenv("PARALLEL_API_KEY", "a key")
    exec(compile(code, "snippet", "exec"), {"__name__": "snippet"})
    return calls


@pytest.mark.parametrize("body", BODIES)
def test_python_sends_the_request(body, monkeypatch, capsys):
    (sent,) = calls_of(to_python.render(body, PUBLIC_API), monkeypatch)
    assert sent | sent.pop("extra_body", {}) == body
    assert capsys.readouterr().out == "trun_1\n"


def test_python_says_the_schema_as_a_model():
    classes = [
        node
        for node in ast.parse(to_python.render(request(MODEL), PUBLIC_API)).body
        if isinstance(node, ast.ClassDef)
    ]
    inner, output = classes
    fields = {
        node.target.id: ast.unparse(node.annotation)
        for node in output.body
        if isinstance(node, ast.AnnAssign)
    }
    assert fields == {
        "name": "str",
        "size": "Literal['1-10', 'it\\'s \"big\"'] | None",
        "cities": "list[OutputCities]",
        "growth": "float | None",
    }
    assert inner.name == "OutputCities"
    assert (
        ast.literal_eval(output.body[1].value.keywords[0].value) == MODEL["properties"]["name"]["description"]
    )


@pytest.mark.parametrize(
    "name", ["class", "_hidden", "model_config", "json", "list", "é", "a b", "__proto__", ""]
)
def test_a_name_that_no_model_can_have_leaves_the_schema_as_it_is(name, monkeypatch):
    schema = {"type": "object", "properties": {name: {"type": "string"}}, "required": [name]}
    (sent,) = calls_of(to_python.render(request(schema), PUBLIC_API), monkeypatch)
    assert sent["task_spec"]["output_schema"]["json_schema"] == schema


@pytest.mark.parametrize(
    "change",
    [
        {"required": []},
        {"minProperties": 1},
        {"properties": {"name": {"type": "string", "format": "date"}}, "required": ["name"]},
        {"properties": {"name": {"type": ["string", "integer"]}}, "required": ["name"]},
        {"properties": {"name": True}, "required": ["name"]},
        {"properties": {"name": {"enum": [1, 2]}}, "required": ["name"]},
    ],
)
@pytest.mark.parametrize("snippet", [to_python, to_typescript])
def test_a_model_never_says_less_than_the_schema(snippet, change):
    code = snippet.render(request(MODEL | change), PUBLIC_API)
    assert "BaseModel" not in code
    assert "zod" not in code


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """Runs a snippet in Node with stand-ins for the SDK and Zod; answers with what was sent."""
    program = shutil.which("node")
    if program is None:
        pytest.skip("Node is not installed")
    folder = tmp_path_factory.mktemp("node")
    for name, code in (("parallel-web", FAKE_SDK), ("zod", FAKE_ZOD)):
        package = folder / "node_modules" / name
        package.mkdir(parents=True)
        (package / "index.mjs").write_text(code)
        (package / "package.json").write_text('{"exports": "./index.mjs"}')

    def run(code):
        (folder / "snippet.mjs").write_text(code)
        done = subprocess.run(
            [program, "snippet.mjs"], cwd=folder, capture_output=True, text=True, check=True
        )
        return json.loads(done.stdout.partition("\n")[0])

    return run


FAKE_SDK = """
export default class Parallel {
  taskRun = {
    create: async (body) => { console.log(JSON.stringify(body)); return { run_id: "trun_1" }; },
    result: async () => ({ output: "done" }),
  };
}
"""
FAKE_ZOD = """
const chain = (name) => ({ name, nullable() { return chain(`${name}?`); }, describe() { return this; } });
export const z = {
  string: () => chain("string"), int: () => chain("int"), number: () => chain("number"),
  enum: (values) => chain(values.join("|")), array: (inner) => chain([inner.name]),
  strictObject: (fields) => chain(Object.fromEntries(Object.entries(fields).map(([k, v]) => [k, v.name]))),
  toJSONSchema: (model) => model.name,
};
"""


def test_typescript_sends_the_request(node):
    assert node(to_typescript.render(request(PLAIN | {"title": NASTY["quotes"]}), PUBLIC_API)) == request(
        PLAIN | {"title": NASTY["quotes"]}
    )


def test_typescript_says_the_schema_as_a_model(node):
    sent = node(to_typescript.render(request(MODEL), PUBLIC_API))
    assert sent["task_spec"]["output_schema"]["json_schema"] == {
        "name": "string",
        "size": '1-10|it\'s "big"?',
        "cities": [{"name": "string", "people": "int"}],
        "growth": "number?",
    }
