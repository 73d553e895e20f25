"""Reads messages from a file and prints what a package makes of each, as JSON.

    micropython vectors.py PACKAGE FILE

In the file, a line tells module and class of a message and the length of its text, which
follows. What is printed is the message as it is written again, or error code and path.
"""

import gc
import json
import sys


def load(package, name):
    gc.collect()
    return __import__("%s.%s" % (package, name), None, None, (name,))


def main(package, file):
    # The largest ones first, as long as there is much memory to compile them in.
    load(package, "_payload")
    loads = load(package, "_json").loads
    load(package, "enums")
    load(package, "datatypes")
    modules = {name: load(package, name) for name in ("call", "call_result")}
    error = load(package, "errors").ValidationError
    with open(file) as messages:
        for line in messages:
            module, name, size = line.split()
            cls = getattr(modules[module], name)
            place = messages.tell()
            try:
                made = cls.from_json(messages.read(int(size)))
            except error as wrong:
                assert wrong.reason and wrong.code in str(wrong)
                print(json.dumps([wrong.code, wrong.path]))
                continue
            messages.seek(place)
            gc.collect()
            data = loads(messages.read(int(size)))
            assert cls.from_dict(data) == made
            data = made.to_dict()
            text = made.to_json()
            made = None
            gc.collect()
            assert json.loads(text) == data
            data = None
            print(text)
            text = None
            gc.collect()


main(*sys.argv[1:])
