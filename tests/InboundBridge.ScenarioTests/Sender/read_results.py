# Reads Authentication-Results fields with python3-authres. Standard input: a field as a JSON string on each line. Standard output: for each
# of them [authserv-id, [[method, result, reason, {"ptype.property": value}]]] as JSON, or {"error": text}.
import json
import sys

import authres

for line in sys.stdin:
    try:
        field = authres.AuthenticationResultsHeader.parse(json.loads(line).rstrip("\r\n"))
        print(json.dumps([field.authserv_id, [
            [result.method, result.result, result.reason, {f"{each.type}.{each.name}": each.value for each in result.properties}]
            for result in field.results if hasattr(result, "method")]]))
    except authres.AuthResError as problem:
        print(json.dumps({"error": str(problem)}))
