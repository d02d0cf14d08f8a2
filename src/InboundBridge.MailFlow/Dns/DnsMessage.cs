namespace InboundBridge.MailFlow.Dns;

/// <summary>An answer as read from the wire.</summary>
/// <param name="Question">Octets of the question section.</param>
/// <param name="Answers">Records of the types that we know, in order.</param>
/// <param name="Authority">The same from the authority section.</param>
internal sealed record DnsMessage(
    ushort Id,
    bool IsResponse,
    bool Truncated,
    bool AuthenticData,
    int ResponseCode,
    ReadOnlyMemory<byte> Question,
    IReadOnlyList<DnsRecord> Answers,
    IReadOnlyList<DnsRecord> Authority)
{
    public const int NoError = 0;
    public const int FormatError = 1;
    public const int NameError = 3;
    public const int NotImplemented = 4;
    public const int BadVersion = 16;
}
