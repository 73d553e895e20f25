"""Prints the values of members of enums, as JSON.

    micropython enums.py PACKAGE FILE

In the file, a line tells an enum and one of its members.
"""

import json
import sys

package, file = sys.argv[1:]
enums = __import__(package + ".enums", None, None, ("enums",))
with open(file) as lines:
    for line in lines:
        name, member = line.split()
        enum = getattr(enums, name)
        value = getattr(enum, member)
        assert value in enum
        assert value in list(enum)
        assert enum(value) == value == getattr(enum, member)
        print(json.dumps(value))
