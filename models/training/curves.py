"""Training curves as PNG files."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt


def save_curve(history: list[dict], x: str, path: Path) -> None:
    """Every other figure of the history's rows over `x`, one panel each."""
    names = [k for k in history[0] if k != x]
    figure, panels = plt.subplots(1, len(names), figsize=(5 * len(names), 3.5), squeeze=False)
    for name, panel in zip(names, panels[0]):
        panel.plot([h[x] for h in history], [h[name] for h in history], marker=".")
        panel.set(title=name.replace("_", " "), xlabel=x)
        panel.grid(alpha=0.3)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=90)
    plt.close(figure)
