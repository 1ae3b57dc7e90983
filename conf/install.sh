# Makes the virtual environment: bash conf/install.sh PYTHON VENV [cpu|cuda]. Called by make setup.
set -euo pipefail
python=$1 venv=$2 torch=${3:-}

fail() {
    echo "error: $1 Fix: $2" >&2
    exit 2
}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    fail "$python is missing or older than Python 3.11." "install Python 3.11 or newer, then make setup PYTHON=python3.11"
case "$torch" in
"") wanted="torch==2.13.0" ;;
cpu) wanted="torch==2.13.0+cpu" ;;
cuda) wanted="torch==2.13.0,!=2.13.0+cpu" ;;
*) fail "TORCH=$torch is unknown." "give TORCH=cpu or TORCH=cuda, or leave it out" ;;
esac

[ -x "$venv/bin/python" ] || "$python" -m venv "$venv" ||
    fail "No virtual environment could be made in $venv." "install your system's python3-venv package, check the disk"
echo "Installing the pinned packages into $venv (some minutes, about 2 GB) ..." >&2
export PIP_DISABLE_PIP_VERSION_CHECK=1
"$venv/bin/python" -m pip install -qq -c requirements.lock "$wanted" ||
    fail "$wanted could not be installed." "check that a package index can be reached and offers that build (pip config list), or leave TORCH out"
"$venv/bin/python" -m pip install -qq -c requirements.lock -e ".[dev]" ||
    fail "The pinned packages could not be installed." "check that a package index can be reached (pip config list) and that the disk has 3 GB left"
touch "$venv/.installed"
