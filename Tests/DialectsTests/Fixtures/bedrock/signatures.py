"""Writes signatures.json: requests signed by botocore, for SignatureV4Tests.

    pip install botocore && python signatures.py > signatures.json

The first five have the inputs of AWS's published Signature Version 4 test suite; the others are Bedrock's.
Made with botocore 1.44.8.
"""

import datetime
import json

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

SUITE = {
    "access": "AKIDEXAMPLE",
    "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "region": "us-east-1",
    "service": "service",
    "time": 1440938160,  # 2015-08-30T12:36:00Z
    "path": "/",
}
BEDROCK = SUITE | {"region": "us-west-2", "service": "bedrock", "time": 1795366482}
JSON = ["content-type", "application/json"]
TOKEN = (
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthA"
    "x7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY"
    "9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="
)
HOST = ["host", "example.amazonaws.com"]
RUNTIME = ["host", "bedrock-runtime.us-west-2.amazonaws.com"]
CHAT = '{"messages":[{"role":"user","content":[{"text":"Ahoj, žluťoučký koni"}]}]}'

VECTORS = [
    SUITE | {"name": "post-vanilla", "headers": [HOST]},
    SUITE | {"name": "post-header-key-sort", "headers": [HOST, ["My-Header1", "value1"]]},
    SUITE | {"name": "post-header-value-case", "headers": [HOST, ["My-Header1", "VALUE1"]]},
    SUITE | {
        "name": "post-x-www-form-urlencoded",
        "headers": [["Content-Type", "application/x-www-form-urlencoded"], HOST],
        "body": "Param1=value1",
    },
    SUITE | {"name": "post-sts-header-before", "headers": [HOST], "token": TOKEN},
    BEDROCK | {
        "name": "model id with a colon",
        "path": "/model/anthropic.claude-3-5-sonnet-20241022-v2%3A0/converse",
        "headers": [RUNTIME, JSON],
        "body": CHAT,
    },
    BEDROCK | {
        "name": "inference profile's ARN, temporary keys",
        "path": "/model/arn%3Aaws%3Abedrock%3Aus-west-2%3A123456789012%3Aapplication-inference-profile%2Fa1b2c3d4e5f6"
        "/converse-stream",
        "headers": [RUNTIME, JSON],
        "body": CHAT,
        "token": TOKEN,
    },
    BEDROCK | {"name": "empty body", "path": "/model/amazon.nova-pro-v1%3A0/converse", "headers": [RUNTIME, JSON]},
    BEDROCK | {
        "name": "large body",
        "path": "/model/us.meta.llama3-3-70b-instruct-v1%3A0/converse",
        "headers": [RUNTIME, JSON],
        "body": "0123456789abcdef",
        "repeat": 262144,
    },
    BEDROCK | {
        "name": "other port, prefix, spaces in a value, February 29",
        "path": "/aws%20proxy/v1/model/mistral.mistral-large-2407-v1%3A0/converse",
        "headers": [["host", "localhost:8443"], JSON, ["x-note", "  two   spaces  "]],
        "body": "{}",
        "time": 1709251199,
    },
    BEDROCK | {
        "name": "other region, the last second of a year",
        "path": "/model/eu.anthropic.claude-sonnet-4-20250514-v1%3A0/converse",
        "headers": [["host", "bedrock-runtime.eu-central-1.amazonaws.com"], JSON],
        "body": CHAT,
        "region": "eu-central-1",
        "time": 1798761599,
    },
]


def sign(vector):
    now = datetime.datetime.fromtimestamp(vector["time"], datetime.timezone.utc)
    botocore.auth.get_current_datetime = lambda: now
    credentials = Credentials(vector["access"], vector["secret"], vector.get("token"))
    auth = botocore.auth.SigV4Auth(credentials, vector["service"], vector["region"])
    host = dict(vector["headers"])["host"]
    request = AWSRequest(
        method="POST",
        url=f"https://{host}{vector['path']}",
        headers=dict(vector["headers"]),
        data=(vector.get("body", "") * vector.get("repeat", 1)).encode(),
    )
    seen = {}
    canonical_request, string_to_sign = auth.canonical_request, auth.string_to_sign
    auth.canonical_request = lambda r: seen.setdefault("canonical", canonical_request(r))
    auth.string_to_sign = lambda r, c: seen.setdefault("toSign", string_to_sign(r, c))
    auth.add_auth(request)
    return vector | seen | {
        "authorization": request.headers["Authorization"],
    }


print(json.dumps([sign(vector) for vector in VECTORS], indent=1, ensure_ascii=False))
