"""tokens: made, listed and revoked by command, whether a node runs or not."""

from __future__ import annotations

from services.shared.operations import Tokens
from services.shared.operations.tokens import looks_like_token
from tests.system.orchestrator.node import Node


def test_a_token_is_made_shown_once_listed_and_revoked(node: Node) -> None:
    """Before there was ever a node, the token alone on stdout, so that a script can take it."""
    made = node.run("tokens", "add", "camera-2")
    secret = made.stdout.strip()
    assert (made.returncode, looks_like_token(secret)) == (0, True)
    assert "shown this once" in made.stderr
    listed = node.run("tokens", "list").stdout
    assert "camera-2" in listed
    assert secret not in listed
    assert node.run("tokens", "revoke", "camera-2").returncode == 0
    assert listed.count(" -") == 2
    assert node.run("tokens", "list").stdout.count(" -") == 1
    tokens = Tokens(node.state / "operations.db")
    assert tokens.find(secret) is None
    tokens.close()


def test_what_cannot_be_done_is_one_line(node: Node) -> None:
    """Naming the token, with an exit code."""
    assert "there are no tokens" in node.run("tokens", "list").stdout
    node.run("tokens", "add", "a")
    for arguments, code, word in [
        (("add", "a"), 1, "already"),
        (("revoke", "b"), 1, "no token called b"),
        (("add", "two words"), 2, "NAME"),
    ]:
        answer = node.run("tokens", *arguments)
        assert (answer.returncode, word in answer.stderr) == (code, True)
        assert "Traceback" not in answer.stderr


def test_it_speaks_korean(node: Node) -> None:
    """In the node's language."""
    made = node.run("tokens", "add", "a", COILCAST_NODE_LANGUAGE="ko")
    assert "한 번만 표시됨" in made.stderr
    assert "생성" in node.run("tokens", "list", COILCAST_NODE_LANGUAGE="ko").stdout
