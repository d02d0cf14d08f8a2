namespace InboundBridge.MailFlow.Dns;

/// <summary>An answer as read from the wire.</summary>
/// <param name="Answers">Records of the types that we know, in order.</param>
/// <param name="Authority">The SOA records of the authority section.</param>
internal sealed record DnsMessage(
    ushort Id,
    bool IsResponse,
    bool Truncated,
    bool AuthenticData,
    int ResponseCode,
    IReadOnlyList<DnsRecord> Answers,
    IReadOnlyList<DnsRecord> Authority)
{
    /// <summary>Stands for an answer over UDP that can't be used: ask again over TCP.</summary>
    public static DnsMessage Unusable { get; } = new(0, IsResponse: true, Truncated: true, AuthenticData: false, NoError, [], []);

    public const int NoError = 0;
    public const int FormatError = 1;
    public const int NameError = 3;
    public const int NotImplemented = 4;
    public const int BadVersion = 16;
}
