#!/usr/bin/env python3
"""LiteLLM's own client for the management API (litellm.proxy.client) against a gateway: every call that scripts make.

    litellm_client.py --url http://127.0.0.1:4000 --key MASTER_KEY

Run by scripts/check-litellm-client, which installs the package. Ends with 1 when an answer lacks anything.
"""

import argparse
import sys

from litellm.proxy.client import Client
from litellm.proxy.client.users import UsersManagementClient


def expect(what: str, condition: bool) -> None:
    if not condition:
        sys.exit(f"error: {what}")
    print(f"  {what}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--key", required=True)
    options = parser.parse_args()
    client = Client(base_url=options.url, api_key=options.key)

    made = client.keys.generate(
        models=["llama3"], aliases={"m": "llama3"}, spend=0.0, duration="24h", key_alias="python", user_id="u1")
    expect("a key is made", made["key"].startswith("sk-") and made["models"] == ["llama3"])
    expect("with an end", made["expires"] is not None)
    info = client.keys.info(key=made["key"])
    expect("its info", info["info"]["key_alias"] == "python" and info["info"]["user_id"] == "u1")
    listed = client.keys.list(key_alias="python", return_full_object=True, size=10, page=1)
    expect("it is listed", listed["total_count"] == 1 and listed["keys"][0]["key_alias"] == "python")
    own = Client(base_url=options.url, api_key=made["key"])
    names = [model["id"] for model in own.models.list()]
    expect("it sees its models", "llama3" in names)
    answer = own.chat.completions(model="llama3", messages=[{"role": "user", "content": "hi"}])
    expect("it may ask", answer["choices"][0]["message"]["role"] == "assistant")
    users = UsersManagementClient(options.url, options.key)
    user = users.create_user({"user_email": "a@example.test", "user_role": "internal_user", "max_budget": 5})
    expect("a user is made", user["user_role"] == "internal_user" and user["key"].startswith("sk-"))
    expect("its info", users.get_user(user_id=user["user_id"])["user_info"]["max_budget"] == 5)
    expect("users are listed", any(one["user_id"] == user["user_id"] for one in users.list_users()))
    users.delete_user([user["user_id"]])
    expect("teams are listed", isinstance(client.teams.list(), list))
    expect("and paged", client.teams.list_v2()["page"] == 1)
    client.keys.update(key=made["key"], models=["llama3", "mistral"])
    expect("a key is updated", client.keys.info(key=made["key"])["info"]["models"] == ["llama3", "mistral"])
    gone = client.keys.delete(keys=[made["key"]])
    expect("it is deleted", gone["deleted_keys"] == [made["key"]])
    try:
        own.models.list()
    except Exception as error:  # The client has its own class for 401.
        expect("and refused", "401" in str(error) or "Unauthorized" in type(error).__name__)
    else:
        sys.exit("error: a deleted key is let in")
    print("all as it should be")


if __name__ == "__main__":
    main()
