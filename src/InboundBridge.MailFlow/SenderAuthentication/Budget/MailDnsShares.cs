using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.SenderAuthentication.Budget;

/// <summary>
/// One mail's budget, divided, so that nothing its sender chooses (signatures, seals, silent servers) can keep us from the policy of an
/// author's domain, nor from the SPF record and the keys of that domain. The parts together keep to the limits of the mail.
/// Safe for concurrent use.
/// </summary>
internal sealed class MailDnsShares
{
    private readonly IDnsResolver _dns;
    private readonly MailDnsOptions _options;
    private readonly TimeProvider _clock;
    private readonly MailDnsTurns _turns;
    private readonly WaitingTime _headerTime;
    private MailDnsBudget? _signers;
    private MailDnsBudget? _strangers;
    private MailDnsBudget? _sealers;

    /// <param name="spf">SPF is going to be checked.</param>
    /// <param name="policies">The mail's author domains are going to be looked up.</param>
    public MailDnsShares(IDnsResolver dns, MailDnsOptions options, TimeProvider clock, bool spf, bool policies)
    {
        (_dns, _options, _clock) = (dns, options, clock);
        _headerTime = new WaitingTime(options.HeaderTime, clock);
        _turns = new MailDnsTurns(options.AtOnce, clock) { Kept = policies ? options.KeptForPolicies + options.KeptForSigners : 0 };
        Spf = new MailDnsBudget(
            dns, clock, _turns, _turns.Add(spf ? options.KeptForSpf : 0, options.AtOnce), new WaitingTime(options.SpfTime, clock),
            Timeout.InfiniteTimeSpan);
    }

    public MailDnsBudget Spf { get; }

    /// <summary>A look-up of the mail had no turn at the resolver, because the client asks for more than its share.</summary>
    public bool IsCrowdedOut => _turns.IsCrowdedOut;

    /// <summary>
    /// Keys of domains that may belong to an author's organization, and the walks that find out whether they do. First come those that
    /// resemble an author's domain most.
    /// </summary>
    public IDnsResolver Signers => _signers ??= Part(_dns, _options.KeptForSigners, _options.AtOnce);

    /// <summary>Keys of all other signatures.</summary>
    public IDnsResolver Strangers => _strangers ??= Part(_dns, 0, _options.MostOfOthers);

    /// <summary>Keys of ARC sets.</summary>
    public IDnsResolver Sealers => _sealers ??= Part(_dns, 0, _options.MostOfOthers);

    /// <summary>
    /// A part for each author domain, when the header is complete; call it once, before the other parts of the header are used. A silent
    /// domain can't starve another, and a client with many mails can't starve the policy of one of them.
    /// </summary>
    public IReadOnlyList<IDnsResolver> Policies(int count)
    {
        // With few turns, some must be left for the other checks.
        var reserved = count <= _options.AtOnce / 2 ? 1 : 0;
        var parts = new MailDnsBudget[count];
        for (var index = count - 1; index >= 0; index--)
            parts[index] = Part(_dns.Urgent, reserved, _options.AtOnce, first: true);
        _signers = Part(_dns, _options.KeptForSigners, _options.AtOnce, turn: count > 1 ? _options.Turn : null);
        _turns.KeepNothing();
        return parts;
    }

    /// <summary>Of what begins with the header.</summary>
    private MailDnsBudget Part(IDnsResolver dns, int reserved, int most, bool first = false, TimeSpan? turn = null) =>
        new(dns, _clock, _turns, _turns.Add(reserved, most, first), _headerTime, turn ?? Timeout.InfiniteTimeSpan);
}
