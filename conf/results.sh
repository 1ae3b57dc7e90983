# Regenerates the committed results: 18 experiments, their files under metrics/published, dvc.lock and metrics/current
# of the default parameters, the README's table. Called by make results.
set -euo pipefail
codereflect sweep -S base.seed=1,2,3 -S train.seed=1,2,3 -S train.method=sft,reflection
codereflect publish
dvc repro
codereflect compare --published --plot docs/comparison.svg
