"""How blocks run: the pure run machine, the driver that obeys it, workers, fingerprints and previews."""
