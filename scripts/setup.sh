#!/usr/bin/env bash
# Installs what is missing. `setup.sh build` for building and running, `setup.sh build tests` for the tests as well,
# `setup.sh ci` what any check of scripts/ci needs: at once, since two steps that install would be in each other's way.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

for part in "$@"; do
    case "$part" in
    build)
        command -v swift >/dev/null || fail "no Swift toolchain: install Swift 6.3 or later (swift.org/install), then try again"
        need_packages libcurl4-openssl-dev libpq-dev libsqlite3-dev libyaml-dev zlib1g-dev pkg-config
        ;;
    tests)
        # The scenario that talks to the gateway through the official client runs in this environment (DROVER_PYTHON).
        if ! cmp -s scripts/requirements.txt .venv/requirements.txt; then
            command -v python3 >/dev/null || need_packages python3
            python3 -c 'import ensurepip, venv' 2>/dev/null || need_packages python3-venv
            say "setting up .venv"
            rm -rf .venv
            python3 -m venv .venv
            .venv/bin/python3 -m pip install --quiet --disable-pip-version-check -r scripts/requirements.txt
            cp scripts/requirements.txt .venv/requirements.txt
        fi
        ;;
    ci)
        need_packages libcurl4-openssl-dev libpq-dev libsqlite3-dev libyaml-dev zlib1g-dev pkg-config postgresql python3 python3-venv valgrind debootstrap binutils git \
            libdeflate-tools curl chromium chromium-driver fonts-dejavu-core prometheus tmux procps
        ;;
    *) fail "setup.sh: unknown part '$part' (build, tests, ci)" ;;
    esac
done
