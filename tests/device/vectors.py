"""Reads messages from a file and prints the verdict of a package on each.

    micropython vectors.py PACKAGE FILE

In the file, a line tells module and class of a message and the length of its text, which
follows. What is printed of each is `true`, or error code and path, as JSON.
"""

import gc
import json
import sys


def load(package, name):
    gc.collect()
    return __import__("%s.%s" % (package, name), None, None, (name,))


def main(package, file):
    # The largest ones first, as long as there is much memory to compile them in.
    for name in ("_payload", "_json", "enums", "datatypes"):
        load(package, name)
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
            data = json.loads(messages.read(int(size)))
            # Written again, it must be the same.
            assert made.to_dict() == data
            assert cls.from_dict(data) == made
            text = made.to_json()
            made = None
            gc.collect()
            assert json.loads(text) == data
            text = data = None
            gc.collect()
            print("true")


main(*sys.argv[1:])
