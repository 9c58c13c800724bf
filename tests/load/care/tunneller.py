"""Runs inside a task, standard library alone: opens tunnels of the way out, uses each for a while, and closes it.

REQUESTS is JSON: {"proxy": [name, port], "host": external API, "at_once": tunnels open at the same time, "longest":
seconds that one lasts at most, "seconds": bound}. Ends at the bound, or on SIGTERM. Prints a line of JSON each second:
{"ended", "broken", "requests", "longest", "errors": [...]}; what is still open at the end is in none of them.
"""

import http.client
import json
import os
import random
import signal
import ssl
import threading
import time

ended = threading.Event()
lock = threading.Lock()
told = {"ended": 0, "broken": 0, "requests": 0, "longest": 0.0, "errors": []}


def use(connection, until):
    """A request each quarter of a second, all of them on the one connection."""
    connection.connect()
    connection.auto_open = 0  # what has broken is not dialled again
    while True:
        connection.request("GET", "/")
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise OSError(f"status {answer.status}")
        with lock:
            told["requests"] += 1
        if time.monotonic() >= until:
            return
        time.sleep(0.25)


def tunnel(wanted, context, lasts):
    connection = http.client.HTTPSConnection(*wanted["proxy"], timeout=5, context=context)
    connection.set_tunnel(wanted["host"], 443)
    begun = time.monotonic()
    try:
        use(connection, begun + lasts)
    except (OSError, http.client.HTTPException) as error:
        with lock:
            told["broken"] += 1
            if len(told["errors"]) < 10:
                age = time.monotonic() - begun
                told["errors"].append(f"{time.time():.3f} after {age:.1f} of {lasts:.1f} s: {error!r}")
        time.sleep(0.5)
    else:
        with lock:
            told["ended"] += 1
            told["longest"] = max(told["longest"], lasts)
    finally:
        connection.close()


def work(wanted, context, number):
    chance = random.Random(number)
    while not ended.is_set():
        tunnel(wanted, context, chance.uniform(0.5, wanted["longest"]))


def main():
    wanted = json.loads(os.environ["REQUESTS"])
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    context = ssl.create_default_context()
    for number in range(wanted["at_once"]):
        threading.Thread(target=work, args=(wanted, context, number), daemon=True).start()
    deadline = time.monotonic() + wanted["seconds"]
    while not ended.wait(1) and time.monotonic() < deadline:
        with lock:
            print(json.dumps(told), flush=True)
    with lock:
        print(json.dumps(told), flush=True)


main()
