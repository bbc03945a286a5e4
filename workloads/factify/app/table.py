"""One table of facts on either product. The URL's scheme says which; only the one in use is imported."""

from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

Fact = dict[str, Any]
PATIENCE = 3.0  # seconds, less than the 5 that load balancers commonly allow


class Table(Protocol):
    def put(self, fact: Fact) -> None: ...

    def get(self, id: str) -> Fact | None: ...

    def list(self, limit: int) -> list[Fact]: ...

    def check(self) -> None:
        """Raises if the table cannot be reached."""
        ...


class DynamoDb:
    """Region, credentials and AWS_ENDPOINT_URL_DYNAMODB (a local DynamoDB) are boto3's own business."""

    def __init__(self, name: str) -> None:
        import boto3
        from botocore.config import Config

        config = Config(connect_timeout=PATIENCE, read_timeout=PATIENCE, retries={"total_max_attempts": 2})
        self._table = boto3.resource("dynamodb", config=config).Table(name)

    def put(self, fact: Fact) -> None:
        self._table.put_item(Item=fact)

    def get(self, id: str) -> Fact | None:
        return self._table.get_item(Key={"id": id}).get("Item")

    def list(self, limit: int) -> list[Fact]:
        return self._table.scan(Limit=limit)["Items"]

    def check(self) -> None:
        # A read, not describe_table: the permission to read is what the service has and needs.
        self.get("health")


class Firestore:
    """Credentials and FIRESTORE_EMULATOR_HOST are the client library's own business."""

    def __init__(self, project: str, database: str, collection: str) -> None:
        from google.cloud import firestore

        self._collection = firestore.Client(project=project, database=database).collection(collection)

    def put(self, fact: Fact) -> None:
        self._collection.document(fact["id"]).set(fact, timeout=PATIENCE)

    def get(self, id: str) -> Fact | None:
        return self._collection.document(id).get(timeout=PATIENCE).to_dict()

    def list(self, limit: int) -> list[Fact]:
        return [found.to_dict() for found in self._collection.limit(limit).stream(timeout=PATIENCE)]

    def check(self) -> None:
        self.get("health")


def open_table(environment: Mapping[str, str]) -> Table:
    """
    The table that FACTS_URL names, in the form of Go CDK: `dynamodb://<table>?…` or
    `firestore://projects/<project>/databases/<database>/documents/<collection>?…`; FACTS_TABLE, if set, is its name.
    Opening connects to nothing. Raises ValueError if the settings name no table.
    """
    url = urlsplit(environment.get("FACTS_URL", ""))
    parts = [part for part in (url.netloc, *url.path.split("/")) if part]
    name = environment.get("FACTS_TABLE")
    match (url.scheme, parts):
        case ("dynamodb", [table]):
            return DynamoDb(name or table)
        case ("firestore", ["projects", project, "databases", database, "documents", collection]):
            return Firestore(project, database, name or collection)
    raise ValueError("FACTS_URL names no table: neither dynamodb://… nor firestore://projects/…")
