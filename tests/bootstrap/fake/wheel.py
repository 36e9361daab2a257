"""wheel.py FILE MEMBER=TEXT...: a zip file with those members."""
import sys
import zipfile

with zipfile.ZipFile(sys.argv[1], "w") as wheel:
    for argument in sys.argv[2:]:
        wheel.writestr(*argument.split("=", 1))
