namespace InboundBridge.Benchmarks.MimeReaders;

/// <summary>A MIME library that reads a mail from its octets and answers what a webhook needs to know.</summary>
internal interface IMailReader
{
    string Name { get; }

    MailAnswers Read(byte[] octets);
}
