# Regenerates the committed results: 18 experiments (3 base seeds x 3 training seeds x 2 arms), their files under
# metrics/published, the README's table and plot, dvc.lock and metrics/current. Called by make results.
set -euo pipefail
codereflect sweep -S base.seed=1,2,3 -S train.seed=1,2,3 -S train.method=sft,reflection
codereflect publish
codereflect compare sft reflection --plot docs/comparison.svg
dvc repro
