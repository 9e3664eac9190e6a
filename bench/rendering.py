"""What turning a text into html costs: through the warm child, and inside it."""

from __future__ import annotations

import statistics
import time
from itertools import islice

from bench.corpus import sketches
from bench.texts import Texts
from blogengine.rendering import Renderer, RenderJob
from blogengine.rendering.pipeline import Pipeline

POSTS = 60


def rendering_costs(texts: Texts) -> tuple[float, float]:
    """Return the median milliseconds a post: waiting for the child, and CPU of the pipeline."""
    jobs = [RenderJob(sketch.source) for sketch in islice(sketches(texts, POSTS), POSTS)]
    renderer, pipeline = Renderer(), Pipeline()
    renderer.render(jobs[0])
    pipeline.render(jobs[0])
    waited, worked = [], []
    try:
        for job in jobs:
            began = time.perf_counter()
            renderer.render(job)
            waited.append(time.perf_counter() - began)
            started = time.process_time()
            pipeline.render(job)
            worked.append(time.process_time() - started)
    finally:
        renderer.close()
    return statistics.median(waited) * 1000, statistics.median(worked) * 1000
