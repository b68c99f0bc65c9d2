"""Microsoft's Python client of Azure Image Analysis 4.0 reads our view: by its model of the response, and over HTTP from a server that answers it.

    pip install -r test/sdk/requirements.txt && python -m pytest test/sdk
"""

import json
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from azure.ai.vision.imageanalysis import ImageAnalysisClient
from azure.ai.vision.imageanalysis.models import ImageAnalysisResult, VisualFeatures
from azure.core.credentials import AzureKeyCredential

REPOSITORY = Path(__file__).parents[2]
NODE = REPOSITORY / "node_modules" / "node" / "bin" / "node"


@pytest.fixture(scope="session")
def views() -> dict:
    """The views as our code makes them."""
    node = str(NODE) if NODE.exists() else "node"
    made = subprocess.run([node, "test/sdk/azure-view.ts"], cwd=REPOSITORY, env=os.environ, capture_output=True, text=True, check=True)
    return json.loads(made.stdout)


def served(view: dict) -> ImageAnalysisResult:
    """What the client makes of the view when the service answers it."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            body = json.dumps(view).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        endpoint = f"http://127.0.0.1:{server.server_address[1]}"
        with ImageAnalysisClient(endpoint, AzureKeyCredential("key")) as client:
            return client.analyze_from_url("https://images.example.com/a.jpg", visual_features=list(VisualFeatures))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("read", [ImageAnalysisResult, served], ids=["by the model", "over HTTP"])
def test_reads_everything(views: dict, read) -> None:
    view = views["everything"]
    result = read(view)
    assert result.model_version == view["modelVersion"]
    assert (result.metadata.width, result.metadata.height) == (1600, 1200)
    assert (result.caption.text, result.caption.confidence) == (view["captionResult"]["text"], view["captionResult"]["confidence"])
    assert [dense.text for dense in result.dense_captions.list] == [result.caption.text]
    assert [tag.name for tag in result.tags.list] == [tag["name"] for tag in view["tagsResult"]["values"]]
    assert [(found.tags[0].name, found.bounding_box.x, found.bounding_box.width) for found in result.objects.list] == [
        ("person", 400, 320),
        ("dog", 800, 400),
    ]
    assert [(person.confidence, person.bounding_box.height) for person in result.people.list] == [(0.91, 960)]
    lines = result.read.blocks[0].lines
    assert [line.text for line in lines] == ["STOP", "No entry"]
    assert [len(line.bounding_polygon) for line in lines] == [4, 4]
    assert [(word.text, word.confidence) for word in lines[0].words] == [("STOP", 0.97)]
    assert result.smart_crops.list == []


@pytest.mark.parametrize("read", [ImageAnalysisResult, served], ids=["by the model", "over HTTP"])
def test_reads_nothing_as_empty(views: dict, read) -> None:
    result = read(views["nothing"])
    assert (result.caption.text, result.caption.confidence) == ("", 0)
    for part in (result.dense_captions, result.tags, result.objects, result.people, result.smart_crops):
        assert part is not None and part.list == []
    assert result.read.blocks == []
