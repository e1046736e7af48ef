"""One message and its envelope, as documents."""

REQUEST = b"""<?xml version="1.0" encoding="UTF-8"?>
<rmsg:RequestResource xmlns:rmsg="urn:oasis:names:tc:emergency:EDXL:RM:1.0:msg"
    xmlns:rm="urn:oasis:names:tc:emergency:EDXL:RM:1.0">
  <rmsg:MessageID>R-1</rmsg:MessageID>
  <rmsg:SentDateTime>2023-04-20T09:00:00Z</rmsg:SentDateTime>
  <rmsg:MessageContentType>RequestResource</rmsg:MessageContentType>
  <rmsg:OriginatingMessageID>R-1</rmsg:OriginatingMessageID>
  <rmsg:Funding>
    <rmsg:FundCode>F-7</rmsg:FundCode>
  </rmsg:Funding>
  <rmsg:ContactInformation>
    <rm:ContactDescription>Ministry of Health</rm:ContactDescription>
    <rm:ContactRole>Requester</rm:ContactRole>
  </rmsg:ContactInformation>
  <rmsg:ResourceInformation>
    <rmsg:ResourceInfoElementID>1</rmsg:ResourceInfoElementID>
    <rmsg:Resource>
      <rmsg:Name>Water</rmsg:Name>
    </rmsg:Resource>
    <rmsg:AssignmentInformation>
      <rmsg:Quantity>
        <rm:MeasuredQuantity>
          <rm:Amount>1200</rm:Amount>
          <rm:UnitOfMeasure>
            <rm:ValueListURN>urn:un:unece:rec20</rm:ValueListURN>
            <rm:Value>litres</rm:Value>
          </rm:UnitOfMeasure>
        </rm:MeasuredQuantity>
      </rmsg:Quantity>
    </rmsg:AssignmentInformation>
    <rmsg:ScheduleInformation>
      <rmsg:ScheduleType>RequestedArrival</rmsg:ScheduleType>
      <rmsg:DateTime>2023-05-01T00:00:00Z</rmsg:DateTime>
      <rmsg:Location>
        <rm:LocationDescription>Chernihiv</rm:LocationDescription>
      </rmsg:Location>
    </rmsg:ScheduleInformation>
  </rmsg:ResourceInformation>
</rmsg:RequestResource>
"""


def in_envelope(*documents: bytes, kind: str = "Request", status: str = "Actual") -> bytes:
    """Put documents into an envelope, each into a content object of its own."""
    head = f"""<EDXLDistribution xmlns="urn:oasis:names:tc:emergency:EDXL:DE:1.0">
  <distributionID>D-1</distributionID>
  <senderID>desk@example.org</senderID>
  <dateTimeSent>2023-04-20T09:05:00Z</dateTimeSent>
  <distributionStatus>{status}</distributionStatus>
  <distributionType>{kind}</distributionType>
  <combinedConfidentiality>Open</combinedConfidentiality>
  <distributionReference>D-0,desk@example.org,2023-04-19T09:05:00Z</distributionReference>
"""
    bodies = b"".join(
        b"<contentObject><xmlContent><embeddedXMLContent>"
        + document.partition(b"?>")[2].strip()
        + b"</embeddedXMLContent></xmlContent></contentObject>\n"
        if document.startswith(b"<?xml")
        else b"<contentObject><xmlContent><embeddedXMLContent>"
        + document
        + b"</embeddedXMLContent></xmlContent></contentObject>\n"
        for document in documents
    )
    return head.encode() + bodies + b"</EDXLDistribution>\n"
