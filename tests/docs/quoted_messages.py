#!/usr/bin/env python3
"""Every message that docs/troubleshooting.md quotes in a heading has to be one that some program prints."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
code = ""
for folder in ("engine", "executors", "stages", "cmake"):
    for path in sorted((root / folder).rglob("*")):
        if path.suffix in (".cpp", ".h", ".cmake") and path.is_file():
            text = re.sub(r"(?<!:)//[^\n]*", "", path.read_text(errors="replace"))
            code += re.sub(r'"\s*\n\s*"', "", text).replace('\\"', '"') + "\n"
code += "error while loading shared libraries"  # the dynamic linker's own
code += "${name} is missing (${what}). "

wrong = 0
for heading in re.findall(r"^### (.*)$", (root / "docs/troubleshooting.md").read_text(), re.M):
    for quoted in re.findall(r"``\s?(.+?)\s?``|`([^`]+)`", heading):
        for part in re.split("…", quoted[0] or quoted[1]):
            part = part.strip(" :,;'(")
            if len(part) > 7 and part not in code:
                print(f"docs/troubleshooting.md quotes a message that nobody prints: {part}", file=sys.stderr)
                wrong = 1
sys.exit(wrong)
