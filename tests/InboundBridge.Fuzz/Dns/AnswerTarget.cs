using InboundBridge.MailFlow.Dns;

namespace InboundBridge.Fuzz.Dns;

/// <summary>A packet of a DNS server: it is refused, or its records are bounded and printable, and following its aliases ends.</summary>
internal sealed class AnswerTarget : IFuzzTarget
{
    private const int MostRecords = 1024;
    private const int MostAliases = 13;

    private static readonly DnsQuery Query = DnsQuery.Create(DnsName.ToWire("example.com")!, DnsRecordType.A, edns: true);

    public string Name => "dns/answer";

    public IReadOnlyList<string> Words =>
    [
        "\u0007example\u0003com\0", "\0\u0001\0\u0001", "\0\u0010\0\u0001", "\0\u0005\0\u0001", "\0\u000f\0\u0001", "\0\u0006\0\u0001",
        "\0\0\u0001\u002c", "\0\u0004", "v=spf1 -all", "\0\0\u0029",
    ];

    public void Run(ReadOnlySpan<byte> input)
    {
        _ = Query.Compare(input);
        if (!DnsMessageReader.TryRead(input, out var message))
            return;
        FuzzFailureException.Unless(message!.Answers.Count <= MostRecords && message.Authority.Count <= MostRecords, "too many records");
        foreach (var record in message.Answers)
            Check(record, input.Length);
        foreach (var type in new[] { DnsRecordType.A, DnsRecordType.Txt, DnsRecordType.Mx, DnsRecordType.Cname })
        {
            var chain = new DnsChain("example.com", type);
            chain.Take(message, authenticated: true);
            FuzzFailureException.Unless(chain.Aliases <= MostAliases, "a chain without end");
            FuzzFailureException.Unless(
                chain.Answer is not { Status: DnsStatus.Success } answer || answer.Records.All(found => found.Type == type),
                "an answer to another question");
            FuzzFailureException.Unless(chain.TimeToLive >= TimeSpan.Zero, "a negative time to live");
        }
    }

    private static void Check(DnsRecord record, int length)
    {
        CheckName(record.Name);
        switch (record)
        {
            case DnsRecord.Mx mx:
                CheckName(mx.Exchange);
                break;
            case DnsRecord.Target target:
                CheckName(target.Host);
                break;
            case DnsRecord.Txt txt:
                FuzzFailureException.Unless(txt.Text.Length < length, "more text than there is");
                break;
        }
    }

    private static void CheckName(string name) =>
        FuzzFailureException.Unless(
            name.Length is > 0 and <= DnsName.LongestText && !name.AsSpan().ContainsAnyExceptInRange('!', '~'),
                $"a name that is none: {name}");
}
