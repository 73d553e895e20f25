"""Reads messages from a file and prints the verdict of a package on each.

    micropython vectors.py PACKAGE FILE

In the file, a line tells module and class of a message and the length of its text, which
follows. What is printed of each is `true`, or error code and path, as JSON.
"""

import gc
import json
import sys


def main(package, file):
    _, _, call, call_result, _, errors = [
        __import__("%s.%s" % (package, name), None, None, (name,))
        for name in ("enums", "datatypes", "call", "call_result", "_json", "errors")
    ]
    with open(file) as messages:
        for line in messages:
            module, name, size = line.split()
            cls = getattr(call if module == "call" else call_result, name)
            place = messages.tell()
            try:
                made = cls.from_json(messages.read(int(size)))
            except errors.ValidationError as error:
                assert error.reason and error.code in str(error)
                print(json.dumps([error.code, error.path]))
                continue
            messages.seek(place)
            gc.collect()
            data = json.loads(messages.read(int(size)))
            # Written again, it must be the same.
            assert made.to_dict() == data
            assert cls.from_dict(data) == made
            gc.collect()
            text = made.to_json()
            made = None
            gc.collect()
            assert json.loads(text) == data
            text = data = None
            gc.collect()
            print("true")


main(*sys.argv[1:])
