"""A TAXII 2.1 server on FastAPI, as its documentation suggests to write one: `limit` is validated, so that one over 100 is
answered 422 by the framework. Pages by an opaque cursor. For the collection see seed.py."""

import base64
import json
import os

from fastapi import FastAPI, Query
from fastapi.responses import JSONResponse

with open(os.environ["STIXKIT_SEED"]) as file:
    HELD = json.load(file)
TAXII = "application/taxii+json;version=2.1"
app = FastAPI(redirect_slashes=True)


def answer(body, held=()):
    headers = {}
    if held:
        headers = {"X-TAXII-Date-Added-First": held[0]["added"], "X-TAXII-Date-Added-Last": held[-1]["added"]}
    return JSONResponse(body, headers=headers, media_type=TAXII)


@app.get("/taxii2/")
def discovery():
    return answer({"title": "FastAPI", "default": "/api/", "api_roots": ["/api/"]})


@app.get("/api/")
def api_root():
    return answer({"title": "FastAPI", "versions": [TAXII], "max_content_length": 1000})


@app.get("/api/collections/")
def collections():
    return answer({"collections": [{"id": "big", "title": "big", "can_read": True, "can_write": False}]})


def page(added_after, limit, cursor, show):
    held = [one for one in HELD if added_after is None or one["added"] > added_after]
    start = int(base64.urlsafe_b64decode(cursor)) if cursor else 0
    rows = held[start : start + limit]
    body = {"objects": [show(one) for one in rows]} if rows else {}
    if start + limit < len(held):
        body |= {"more": True, "next": base64.urlsafe_b64encode(str(start + limit).encode()).decode()}
    return answer(body, rows)


@app.get("/api/collections/big/objects/")
def objects(added_after: str | None = None, limit: int = Query(100, ge=1, le=100), next: str | None = None):
    return page(added_after, limit, next, lambda one: one["object"])


@app.get("/api/collections/big/manifest/")
def manifest(added_after: str | None = None, limit: int = Query(100, ge=1, le=100), next: str | None = None):
    def record(one):
        return {"id": one["object"]["id"], "date_added": one["added"], "version": one["object"]["modified"]}

    return page(added_after, limit, next, record)
