"""systemctl inside an instance: hands its arguments to the instance's first process."""

import json
import socket
import sys


def main() -> int:
    options = {"--no-block", "--quiet", "-q", "--no-pager", "--system", "-f", "--force"}
    arguments = [word for word in sys.argv[1:] if word not in options]
    with socket.socket(socket.AF_UNIX) as init:
        init.connect("/run/systemd/private")
        init.sendall(json.dumps(arguments).encode() + b"\n")
        with init.makefile() as answer:
            code, text = json.load(answer)
    if text and not {"--quiet", "-q"} & set(sys.argv):
        print(text, file=sys.stderr if code == 1 else sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(main())
