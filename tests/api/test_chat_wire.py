import orjson

from api.chat_wire import Head, Reply, answer_text, chunks, completion, frame, opening

HEAD = Head("chatcmpl-7f", "lite", 1_795_170_000)
BASIS = [{"field": "output", "reasoning": "Its page says so.", "confidence": "high", "citations": []}]
REPLY = Reply("Paris is the capital of France, and Lyon is not.", BASIS, "trun_9c")


def test_a_completion_has_one_choice_and_its_evidence():
    whole = completion(HEAD, REPLY)
    message = {"role": "assistant", "content": REPLY.text}
    assert whole["choices"] == [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}]
    assert (whole["object"], whole["id"], whole["model"]) == ("chat.completion", "chatcmpl-7f", "lite")
    assert (whole["basis"], whole["interaction_id"]) == (BASIS, "trun_9c")


def test_the_first_chunk_says_who_speaks():
    assert opening(HEAD)["choices"] == [
        {"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}
    ]


def test_every_chunk_names_the_answer_and_holds_one_choice():
    for chunk in (opening(HEAD), *chunks(HEAD, REPLY)):
        assert chunk["type"] == chunk["object"] == "chat.completion.chunk"
        assert (chunk["id"], chunk["created"], chunk["model"]) == ("chatcmpl-7f", 1_795_170_000, "lite")
        assert len(chunk["choices"]) == 1


def test_the_text_comes_in_pieces_that_add_up():
    told = [chunk["choices"][0]["delta"].get("content", "") for chunk in chunks(HEAD, REPLY)]
    assert "".join(told) == REPLY.text
    assert len(told) == 3


def test_evidence_and_the_end_stand_only_in_the_last_chunk():
    *others, last = [opening(HEAD), *chunks(HEAD, REPLY)]
    assert all(not chunk["basis"] and chunk["interaction_id"] is None for chunk in others)
    assert all(chunk["choices"][0]["finish_reason"] is None for chunk in others)
    assert (last["basis"], last["interaction_id"]) == (BASIS, "trun_9c")
    assert last["choices"] == [{"index": 0, "delta": {}, "finish_reason": "stop"}]


def test_a_frame_is_an_unnamed_event():
    sent = frame({"a": "é\u2028"})
    assert sent.startswith(b"data: {")
    assert sent.endswith(b"}\n\n")
    assert orjson.loads(sent.removeprefix(b"data: ")) == {"a": "é\u2028"}


def test_an_answer_that_is_no_text_is_json():
    assert answer_text("Paris") == "Paris"
    assert answer_text({"answer": "São Paulo"}) == '{"answer":"São Paulo"}'
