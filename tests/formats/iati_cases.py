"""Activities of IATI to read, and what the tests of the reader look at."""

from decimal import Decimal

from muster.core.exchange import DraftLine, Hints, Issue, Reading, Status, Weight
from muster.formats.iati import IATI

# One activity with every element that the reader takes something from, and some that it does not.
WHOLE = """
<iati-activity default-currency="EUR" hierarchy="1" humanitarian="1" xml:lang="en">
  <iati-identifier>XM-TST-1</iati-identifier>
  <reporting-org ref="XM-TST" type="10"><narrative>Ministry of Testing</narrative></reporting-org>
  <title><narrative>Winter relief</narrative><narrative xml:lang="fr">Secours</narrative></title>
  <description type="1"><narrative>Tents and blankets.</narrative></description>
  <participating-org role="1" type="10"><narrative>Ministry</narrative></participating-org>
  <activity-status code="2"/>
  <activity-date type="1" iso-date="2022-10-01"/>
  <activity-date type="3" iso-date="2023-04-01"/>
  <recipient-country code="UA" percentage="100"/>
  <location>
    <name><narrative>Lviv</narrative></name><point srsName="x"><pos>49.8 24.0</pos></point>
  </location>
  <sector vocabulary="1" code="72010"/>
  <humanitarian-scope type="1" vocabulary="1-2" code="EQ-2022-000001-UKR"/>
  <budget type="1" status="2">
    <period-start iso-date="2022-10-01"/><period-end iso-date="2023-04-01"/>
    <value value-date="2022-10-01">9000000</value>
  </budget>
  <transaction ref="T1" humanitarian="true">
    <transaction-type code="2"/>
    <transaction-date iso-date="2022-10-05"/>
    <value currency="USD" value-date="2022-10-05">1250000.50</value>
    <description><narrative>First tranche</narrative></description>
    <provider-org ref="XM-TST" type="10"><narrative>Ministry of Testing</narrative></provider-org>
    <receiver-org ref="XM-RCV" receiver-activity-id="XM-RCV-9">
      <narrative>Relief Fund</narrative>
    </receiver-org>
    <recipient-country code="MD"/>
  </transaction>
  <document-link url="https://example.org/a" format="text/html">
    <title><narrative>A page</narrative></title><category code="A01"/>
  </document-link>
</iati-activity>
"""


def transaction(code: str, amount: object = 100, **more: str) -> str:
    provider = "<provider-org " + more.get("provider", 'ref="P"') + "/>"
    receiver = "<receiver-org " + more.get("receiver", 'ref="R"') + "/>"
    return (
        f'<transaction><transaction-type code="{code}"/>'
        f'<transaction-date iso-date="{more.get("day", "2022-10-05")}"/>'
        f'<value value-date="2022-10-05">{amount}</value>{provider}{receiver}</transaction>'
    )


def activity(name: str, *transactions: str, related: str = "", attributes: str = "") -> str:
    return f"""<iati-activity default-currency="EUR" {attributes}>
      <iati-identifier>{name}</iati-identifier>
      <reporting-org ref="{name[:2]}" type="10">
        <narrative>Reporter {name}</narrative>
      </reporting-org>
      <title><narrative>Aid</narrative></title>
      <description><narrative>Aid</narrative></description>
      <participating-org role="1" ref="P"/><activity-status code="2"/>
      <activity-date type="1" iso-date="2022-10-01"/>
      <recipient-country code="UA"/><sector code="72010"/>
      {"".join(transactions)}{related}</iati-activity>"""


def read(*activities: str, version: str = 'version="2.03"') -> Reading:
    body = f"<iati-activities {version}>{''.join(activities)}</iati-activities>"
    return IATI.read(body.encode(), Hints())


def told(reading: Reading) -> list[Issue]:
    """List all issues, but for the note that WHOLE has a budget."""
    issues = [*reading.issues, *(issue for line in reading.lines for issue in line.issues)]
    return [issue for issue in issues if issue.code != "iati_plans"]


def counted(reading: Reading, status: Status) -> Decimal:
    lines = (line for line in reading.lines if line.status is status and not line.part_of)
    return sum((line.value or Decimal(0) for line in lines), Decimal(0))


def has(line: DraftLine, code: str, weight: Weight) -> bool:
    return (code, weight) in {(issue.code, issue.weight) for issue in line.issues}
