import json
import sys

import numpy as np
import pytest

from clustersim.plan.plan import Plan
from tallies import made_up


@pytest.fixture(scope="module")
def outcome():
    return made_up(Plan(clusters=4, horizon=40), 200)


def test_a_data_frame_has_a_line_for_each_event_and_month(outcome):
    frame = outcome.to_pandas()
    assert list(frame.columns) == ["event", "month", "pmf", "cdf", "held"]
    assert len(frame) == 9 * 40
    belt = frame[frame["event"] == "black belt"].set_index("month")
    assert belt.loc[36, "cdf"] == outcome["black belt"].cdf(36)
    assert belt.loc[36, "held"] == outcome["black belt"].held(36).value
    legacy = frame[frame["event"] == "legacy"]
    assert legacy["held"].isna().all()
    assert legacy["pmf"].sum() == pytest.approx(outcome.legacy.cdf(40))


def test_a_dataset_has_named_axes_and_provenance(outcome):
    data = outcome.to_xarray()
    assert dict(data.sizes) == {"event": 9, "month": 40, "quantile": 5, "count": 5}
    assert data["cdf"].sel(event="black belt", month=36).item() == outcome["black belt"].cdf(36)
    assert np.isnan(data["held"].sel(event="legacy")).all()
    assert data["revenue"].sel(quantile=0.5).values.tolist() == outcome.revenue.quantile(0.5).tolist()
    assert data["revenue_mean"].values.tolist() == outcome.revenue.mean().tolist()
    assert data["viable"].sum().item() == pytest.approx(1)
    assert data.attrs["key"] == "Key(7)"
    assert json.loads(data.attrs["ranges"]) == [[0, 200]]
    assert all(isinstance(value, str | int) for value in data.attrs.values())


def test_levers_are_in_either_table():
    outcome = made_up(Plan(clusters=4, horizon=40, mission={}, finances={}, accelerator={}), 200)
    frame, data = outcome.to_pandas(), outcome.to_xarray()
    assert frame["event"].drop_duplicates().tolist()[-4:] == ["legacy", "burnout", "ruin", "admission"]
    assert frame.loc[frame["event"] == "ruin", "held"].isna().all()
    assert data["cdf"].sel(event="burnout", month=40).item() == outcome.burnout.cdf(40)
    for name, units in (("cash", "dollars"), ("mission_revenue", "dollars a month"), ("revenue", "dollars a month")):
        fan = getattr(outcome, name)
        assert data[name].sel(quantile=0.5).values.tolist() == fan.quantile(0.5).tolist()
        assert data[f"{name}_mean"].values.tolist() == fan.mean().tolist()
        assert data[f"{name}_std"].values.tolist() == fan.std().tolist()
        assert data[name].attrs == data[f"{name}_std"].attrs == {"units": units}


def test_levers_that_are_off_are_in_neither(outcome):
    assert not {"cash", "mission_revenue"} & set(outcome.to_xarray())


@pytest.mark.parametrize("library", ["pandas", "xarray"])
def test_a_missing_library_is_named_with_its_remedy(outcome, monkeypatch, library):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ImportError, match=rf'needs {library}: pip install "clustersim\[tables\]"'):
        getattr(outcome, f"to_{library}")()
