"""Two who change the same thing at once: the second is told, and nothing is overwritten."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from api_site import Site

from blocklist.entries import ExemptCaller

pytest_plugins = ["api_fixtures"]

ENTRY = ("/api/v1/entries", {"kind": "block", "pattern": "0912345678"}, {"note": "một"}, {"note": "hai"})
OFFICIAL = (
    "/api/v1/officials",
    {"number": "02373725725", "organisation": "Công an tỉnh"},
    {"name": "Trực ban"},
    {"name": "Một cửa"},
)


@pytest.mark.parametrize(("path", "new", "first", "second"), [ENTRY, OFFICIAL])
def test_a_change_that_rests_on_what_somebody_has_changed_is_refused_and_tells_how_it_is_now(
    site: Site, path: str, new: dict[str, str], first: dict[str, str], second: dict[str, str]
) -> None:
    with site.client() as client:
        added = client.post(path, json=new)
        where, tag = added.headers["location"], added.headers["etag"]
        assert tag == f'"{added.json()["version"]}"' == client.get(where).headers["etag"]
        assert client.get(path).json()["items"][0]["version"] == added.json()["version"]
        changed = client.patch(where, json=first, headers={"If-Match": tag})
        refused = client.patch(where, json=second, headers={"If-Match": tag})
        kept = client.delete(where, headers={"If-Match": tag})
        assert changed.status_code == 200
        assert refused.status_code == kept.status_code == 412
        assert refused.json()["type"] == "urn:problem:call-screener:changed-meanwhile"
        assert refused.headers["etag"] == changed.headers["etag"] != tag
        shown = client.get(where).json()
        assert {name: shown[name] for name in first} == first
        both = f'W/"other", {changed.headers["etag"]}'
        assert client.patch(where, json=second, headers={"If-Match": both}).status_code == 200
        assert client.delete(where, headers={"If-Match": "*"}).status_code == 204


def test_a_weak_tag_fits_nothing_and_what_is_no_tag_is_refused_with_the_form(site: Site) -> None:
    with site.client() as client:
        added = client.post(ENTRY[0], json=ENTRY[1])
        where, tag = added.headers["location"], added.headers["etag"]
        weak = client.patch(where, json={"note": "x"}, headers={"If-Match": f"W/{tag}"})
        bare = client.patch(where, json={"note": "x"}, headers={"If-Match": tag.strip('"')})
    assert weak.status_code == 412
    assert bare.status_code == 422
    assert "send the ETag as it was" in bare.json()["detail"]


def test_an_exemption_goes_by_its_tag_alone(site: Site) -> None:
    made = site.services.exemptions.add(ExemptCaller(None, "113", "default", "trunk"), "operator")
    where = f"/api/v1/exemptions/{made.id}"
    with site.client() as client:
        tag = client.get(where).headers["etag"]
        assert client.delete(where, headers={"If-Match": '"other"'}).status_code == 412
        assert client.delete(where, headers={"If-Match": tag}).status_code == 204


def test_of_many_who_change_the_same_version_at_once_one_succeeds(site: Site) -> None:
    with site.client() as client:
        added = client.post(ENTRY[0], json=ENTRY[1])
        where, tag = added.headers["location"], added.headers["etag"]

        def change(turn: int) -> int:
            answer = client.patch(where, json={"note": str(turn)}, headers={"If-Match": tag})
            return answer.status_code

        with ThreadPoolExecutor(4) as pool:
            answers = sorted(pool.map(change, range(4)))
    assert answers == [200, 412, 412, 412]
