"""The scores of SDMetrics' quality and diagnostic reports, where that package is installed.

It is an extra (`pip install 'textgan[sdmetrics]'`): it needs a pandas below 3, and its dependency
`copulas` is under the Business Source Licence.
"""

import warnings
from importlib.metadata import version
from importlib.util import find_spec

import pandas as pd

from textgan.metrics.metric import Metric, Part, Score, sign
from textgan.metrics.table_features import Scheme

INSTALLED = find_spec("sdmetrics") is not None
REPORTS = {
    key: Metric(f"sdmetrics.{key}", f"SDMetrics {title}", Part.SDMETRICS, says, "maximize")
    for key, title, says in (
        ("quality", "quality", "The mean of the next two."),
        ("column_shapes", "column shapes", "Each column's distribution."),
        ("column_pair_trends", "column pair trends", "How two columns hang together."),
        ("diagnostic", "diagnostic", "Whether ranges, categories and columns are kept."),
    )
}


def sdmetrics_scores(table: pd.DataFrame, reference: pd.DataFrame, scheme: Scheme) -> list[Score]:
    """Score a table by both reports: `sdmetrics.quality`, its parts, and `sdmetrics.diagnostic`.

    Quality is the mean of Column Shapes (one minus the KS statistic or the total variation) and
    Column Pair Trends; the diagnostic checks ranges, categories and columns. All from 0 to 1.
    Without the package there are no scores.
    """
    if not INSTALLED:
        return []
    from sdmetrics.reports.single_table import (  # pyright: ignore[reportMissingImports]
        DiagnosticReport,
        QualityReport,
    )

    kinds = {"numerical": scheme.numbers, "categorical": scheme.categories}
    metadata = {
        "columns": {name: {"sdtype": kind} for kind, names in kinds.items() for name in names}
    }
    values = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for title, report in (("quality", QualityReport()), ("diagnostic", DiagnosticReport())):
            report.generate(
                _plain(reference, scheme), _plain(table, scheme), metadata, verbose=False
            )
            values[title] = report.get_score()
            if title == "quality":
                for part, score in report.get_properties().to_numpy():
                    values[part.lower().replace(" ", "_")] = score
    signature = sign(sdmetrics=version("sdmetrics"), hyps=len(table), refs=len(reference))
    return [REPORTS[key].score(value, signature) for key, value in values.items()]


def _plain(table: pd.DataFrame, scheme: Scheme) -> pd.DataFrame:
    """Numbers as float64, categories as objects: what SDMetrics reads without ado."""
    types = {name: "float64" for name in scheme.numbers}
    return table[list(scheme.names)].astype(types | {name: object for name in scheme.categories})
