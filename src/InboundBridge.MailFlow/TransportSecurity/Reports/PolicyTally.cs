namespace InboundBridge.MailFlow.TransportSecurity.Reports;

/// <summary>The sessions under one policy of a domain. Not safe for concurrent use.</summary>
/// <param name="type"><c>sts</c>, <c>tlsa</c> or <c>no-policy-found</c> (RFC 8460 §4.2).</param>
internal sealed class PolicyTally(string type, PublishedPolicy published)
{
    /// <summary>Kinds of failures that are told apart; further ones only count. Our choice.</summary>
    private const int MostKinds = 100;

    private readonly Dictionary<FailureKind, long> _failures = [];

    public string Type => type;

    public PublishedPolicy Published => published;

    public long Successful { get; private set; }

    public long Failed { get; private set; }

    public IReadOnlyDictionary<FailureKind, long> Failures => _failures;

    public bool Is(string otherType, PublishedPolicy other) =>
        type == otherType && published.Lines.SequenceEqual(other.Lines, StringComparer.Ordinal);

    public void Add(long successful, long failed)
    {
        Successful += successful;
        Failed += failed;
    }

    public void Count(FailureKind kind, long times)
    {
        if (_failures.TryGetValue(kind, out var before) || _failures.Count < MostKinds)
            _failures[kind] = before + times;
    }
}
